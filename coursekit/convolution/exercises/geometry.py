"""Exercises about sizes and counts: output_size, receptive_field, conv_parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from coursekit.convolution import reference
from coursekit.convolution.reference import pair
from coursekit.core.spec import Case, Exercise, Misconception


def _sizes(rng: np.random.Generator) -> list[Case]:
    cases = []
    # A remainder after the last step tells floor from ceil and one rounding from another.
    for stride, remainder in ((1, 0), (2, 1), (3, 2), (4, 1), (2, 0), (3, 1)):
        kernel, padding = int(rng.integers(2, 8)), int(rng.integers(1, 4))
        free = int(rng.integers(3, 9)) * stride + remainder
        cases.append(Case("random sizes", (kernel + free - 2 * padding, kernel, stride, padding)))
    return cases


OUTPUT_SIZE = Exercise(
    id="convolution.output_size",
    reference=reference.output_size,
    visible=(
        Case("image 7, kernel 3 (lecture 001)", (7, 3), expected=5),
        Case("16 pixels, kernel 3, padding 1, stride 2 (lecture 002)", (16, 3, 2, 1), expected=8),
        Case("55 pixels, kernel 11, padding 5 (lecture 002)", (55, 11, 1, 5), expected=55),
        Case("32 pixels, kernel 5 (lecture 004)", (32, 5), expected=28),
        Case("64 pixels, kernel 5, padding 2 (lecture 001)", (64, 5, 1, 2), expected=64),
        Case("stride 2 that leaves a pixel over (lecture 003)", (6, 3, 2), expected=2),
        Case("pooling window 2, stride 2 on 24 pixels", (24, 2, 2), expected=12),
        Case("even kernel with padding 1", (7, 4, 1, 1), expected=6),
        Case("stride 3, padding 2, remainder 2", (10, 3, 3, 2), expected=4),
        Case("stride 3, remainder 1", (10, 3, 3), expected=3),
        Case("kernel as large as the image", (5, 5, 3, 0), expected=1),
    ),
    hidden=_sizes,
    misconceptions=(
        Misconception(
            "rounds up",
            lambda n, kernel, stride=1, padding=0: (
                math.ceil((n + 2 * padding - kernel) / stride) + 1
            ),
            "You round up where the formula rounds down: a window that does not fit entirely "
            "gives no output, so the division is a floor.",
        ),
        Misconception(
            "padding once",
            lambda n, kernel, stride=1, padding=0: (n + padding - kernel) // stride + 1,
            "You add the padding once; it is added at both ends, so the input grows by 2·padding.",
        ),
        Misconception(
            "no + 1",
            lambda n, kernel, stride=1, padding=0: (n + 2 * padding - kernel) // stride,
            "The + 1 is missing: a kernel that can move k steps has k + 1 positions, because the "
            "starting position counts too.",
        ),
        Misconception(
            "+ 1 before the division",
            lambda n, kernel, stride=1, padding=0: (n + 2 * padding - kernel + 1) // stride,
            "You add 1 before dividing by the stride. Count the steps first (divide), then add "
            "the starting position.",
        ),
        Misconception(
            "stride ignored",
            lambda n, kernel, stride=1, padding=0: n + 2 * padding - kernel + 1,
            "The stride has no effect in your formula: with stride s only every s-th position is "
            "visited.",
        ),
        Misconception(
            "float result",
            lambda n, kernel, stride=1, padding=0: (n + 2 * padding - kernel) / stride + 1,
            "You divide with /, which gives a float (and fractions of a pixel). A size is a whole "
            "number: use // to round down.",
        ),
        Misconception(
            "padding ignored",
            lambda n, kernel, stride=1, padding=0: (n - kernel) // stride + 1,
            "The padding has no effect in your formula: the kernel slides over n + 2·padding "
            "pixels.",
        ),
    ),
    hints=(
        "Put the kernel at the left end of the padded input. How far can it still move, and how "
        "many steps of `stride` fit into that distance?",
        "Three stages: the length after padding both ends; the number of whole steps that fit into "
        "what the kernel leaves free; one more for the position you started from. Integer division "
        "does the rounding.",
    ),
)


def _stacks(rng: np.random.Generator) -> list[Case]:
    cases = []
    for depth in (2, 3, 3, 4, 5):
        kernels = rng.integers(2, 8, depth)
        strides = rng.integers(2, 4, depth)
        layers = [(int(k), int(s)) for k, s in zip(kernels, strides, strict=True)]
        cases.append(Case(f"{depth} random layers", (layers,)))
    return cases


def _field_strides_ignored(layers: list[tuple[int, int]]) -> int:
    return 1 + sum(kernel - 1 for kernel, _ in layers)


def _field_sum_of_kernels(layers: list[tuple[int, int]]) -> int:
    return sum(kernel for kernel, _ in layers)


def _field_product(layers: list[tuple[int, int]]) -> int:
    return math.prod(kernel for kernel, _ in layers)


def _field_own_stride(layers: list[tuple[int, int]]) -> int:
    field, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        field += (kernel - 1) * jump
    return field


def _field_off_by_one(layers: list[tuple[int, int]]) -> int:
    return reference.receptive_field(layers) - 1


def _field_last_forgotten(layers: list[tuple[int, int]]) -> int:
    return reference.receptive_field(layers[:-1])


def _field_kernel_times_jump(layers: list[tuple[int, int]]) -> int:
    field, jump = 0, 1
    for kernel, stride in layers:
        field += kernel * jump
        jump *= stride
    return field


RECEPTIVE_FIELD = Exercise(
    id="convolution.receptive_field",
    reference=reference.receptive_field,
    visible=(
        Case("one 3x3 layer", ([(3, 1)],), expected=3),
        Case("three 3x3 layers (lecture 002)", ([(3, 1), (3, 1), (3, 1)],), expected=7),
        Case("one 7x7 layer (lecture 002)", ([(7, 1)],), expected=7),
        Case("stride 2, then 3x3", ([(3, 2), (3, 1)],), expected=7),
        Case("3x3, then stride 2", ([(3, 1), (3, 2)],), expected=5),
        Case("MNIST network: conv 5, pool 2, conv 5, pool 2", ([(5, 1), (2, 2), (5, 1), (2, 2)],)),
        Case("different kernels and strides", ([(7, 2), (3, 2), (5, 3), (4, 1)],)),
        Case("no layer at all", ([],), expected=1),
    ),
    hidden=_stacks,
    misconceptions=(
        Misconception(
            "strides ignored",
            _field_strides_ignored,
            "You ignore the strides: after a layer with stride 2, neighbouring outputs are 2 input "
            "pixels apart, so every later layer reaches twice as far.",
        ),
        Misconception(
            "sum of kernels",
            _field_sum_of_kernels,
            "You add up the kernel sizes. The first kernel sees k pixels, but each further one "
            "adds only k − 1: its windows overlap.",
        ),
        Misconception(
            "product of kernels",
            _field_product,
            "You multiply the kernel sizes. Windows of neighbouring outputs overlap, so the field "
            "grows by addition, not by multiplication.",
        ),
        Misconception(
            "own stride applied early",
            _field_own_stride,
            "You apply a layer's own stride to its own kernel. The stride spaces out the layer's "
            "outputs, so it counts for the layers after it only.",
        ),
        Misconception(
            "off by one",
            _field_off_by_one,
            "Your field is one pixel too small: with no layer at all an output is the input pixel "
            "itself, so start from 1.",
        ),
        Misconception(
            "last layer forgotten",
            _field_last_forgotten,
            "The last layer is missing from your result: its kernel widens the field as well.",
        ),
        Misconception(
            "whole kernel instead of kernel − 1",
            _field_kernel_times_jump,
            "You add the whole kernel, scaled by the strides. One of its cells is the pixel you "
            "already count: each layer adds (kernel − 1) times the distance between its inputs.",
        ),
    ),
    hints=(
        "Walk through the layers from the first to the last and keep two numbers: how many input "
        "pixels are seen so far, and how many input pixels lie between two neighbouring outputs.",
        "A kernel of k cells spans k − 1 gaps between neighbours. How long is one gap, measured in "
        "input pixels, at the layer you are looking at? Which strides made it that long?",
    ),
)


def _layers(rng: np.random.Generator) -> list[Case]:
    cases = []
    for bias in (True, False, True, True):
        inputs = int(rng.integers(2, 40))
        outputs = inputs + int(rng.integers(1, 60))
        rows = int(rng.integers(2, 6))
        size: Any = (rows, rows + int(rng.integers(1, 6))) if bias else rows
        cases.append(Case("random layer", (inputs, outputs, size, bias)))
    return cases


def _area(kernel_size: Any) -> int:
    return math.prod(pair(kernel_size))


CONV_PARAMETERS = Exercise(
    id="convolution.conv_parameters",
    reference=reference.conv_parameters,
    visible=(
        Case("96 filters 11x11 on RGB (lecture 002)", (3, 96, 11), expected=34_944),
        Case("one 5x5 filter on RGB (lecture 001)", (3, 1, 5), expected=76),
        Case("six 5x5 filters on RGB (lecture 004)", (3, 6, 5), expected=456),
        Case("one 7x7 layer, 64 channels, no bias (lecture 002)", (64, 64, 7, False), {}, 200_704),
        Case("one 3x3 layer, 64 channels, no bias", (64, 64, 3, False), {}, 36_864),
        Case("MNIST network, first layer", (1, 10, 5), expected=260),
        Case("MNIST network, second layer", (10, 20, 5), expected=5_020),
        Case("kernel 3x5 as a pair", (2, 7, (3, 5)), expected=217),
        Case("kernel 2x5 as a pair, no bias", (2, 3, (2, 5), False), expected=60),
    ),
    hidden=_layers,
    misconceptions=(
        Misconception(
            "bias forgotten",
            lambda in_channels, out_channels, kernel_size, bias=True: (
                out_channels * in_channels * _area(kernel_size)
            ),
            "The biases are missing: each filter has one when `bias` is true.",
        ),
        Misconception(
            "a bias for every weight",
            lambda in_channels, out_channels, kernel_size, bias=True: (
                out_channels * in_channels * _area(kernel_size) * (1 + int(bias))
            ),
            "You count a bias for every weight; a filter has a single bias, added once to its "
            "whole sum.",
        ),
        Misconception(
            "input channels forgotten",
            lambda in_channels, out_channels, kernel_size, bias=True: (
                out_channels * (_area(kernel_size) + int(bias))
            ),
            "Your filters are flat: a filter has a slice for every input channel, so its weights "
            "are in_channels · rows · columns.",
        ),
        Misconception(
            "output size multiplied in",
            lambda in_channels, out_channels, kernel_size, bias=True: (
                out_channels * (in_channels * _area(kernel_size) + int(bias)) * out_channels
            ),
            "You multiply by the output once too often: the same filter is reused everywhere, so "
            "the number of positions (or of outputs) does not change the number of parameters.",
        ),
        Misconception(
            "square of channels",
            lambda in_channels, out_channels, kernel_size, bias=True: (
                in_channels * (in_channels * _area(kernel_size)) + in_channels * int(bias)
            ),
            "You use the input channels twice: that is right only when a layer has as many filters "
            "as input channels. The number of filters is out_channels.",
        ),
        Misconception(
            "kernel counted once",
            lambda in_channels, out_channels, kernel_size, bias=True: (
                out_channels * (in_channels * pair(kernel_size)[0] + int(bias))
            ),
            "You count one side of the kernel only; it has rows · columns cells.",
        ),
        Misconception(
            "kernel taken as square",
            lambda in_channels, out_channels, kernel_size, bias=True: (
                out_channels * (in_channels * pair(kernel_size)[0] ** 2 + int(bias))
            ),
            "You square one side of the kernel; a kernel given as a pair has rows · columns cells, "
            "and the two may differ.",
        ),
    ),
    hints=(
        "Draw one filter: how many cells does it have when the input has several channels? Then "
        "count the filters.",
        "Every filter is a block of in_channels × rows × columns weights with a single bias (if "
        "there is one); the layer has out_channels such blocks. kernel_size may be a pair.",
    ),
)
