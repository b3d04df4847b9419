"""The exercise on the convolutional layer: conv2d."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution import reference
from coursekit.convolution.exercises.correlation import PARTIAL, cover, flip
from coursekit.convolution.reference import conv2d, pair
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]


def _layer(rng: np.random.Generator, n: int, c: int, o: int, h: int, w: int, k: Any) -> Any:
    kh, kw = pair(k)
    return (rng.normal(size=(n, c, h, w)), rng.normal(size=(o, c, kh, kw)), rng.normal(size=o))


def _batches(rng: np.random.Generator) -> list[Case]:
    # Small: an answer in loops visits every cell of every window.
    h, w = 3, int(rng.integers(4, 7))
    return [
        Case("random", _layer(rng, 2, 3, 2, h, w, 3)),
        Case("random, kernel 2x3, padding 1", (*_layer(rng, 1, 2, 3, 2, w, (2, 3)), 1, 1)),
        # A row is left over by a kernel of 3 with stride 2.
        Case("random, stride 2", (*_layer(rng, 1, 2, 3, h + 1, w + 1, 3), 2)),
        # Of a size that shows a row or a column of padding too few.
        Case("random, stride 2x3, padding 2x1", (*_layer(rng, 1, 3, 2, h, 6, 3), (2, 3), (2, 1))),
        Case("random, as many filters as channels", (*_layer(rng, 1, 2, 2, h, w, 3), 1, 1)),
        Case("random, as many filters as output columns", _layer(rng, 1, 2, 3, 4, 5, 3)),
    ]


def _fixed_layer(n: int, c: int, o: int, h: int, w: int, k: Any, seed: int) -> Any:
    return tuple(np.round(a, 1) for a in _layer(np.random.default_rng(seed), n, c, o, h, w, k))


def _bias_per_input_channel(
    x: Array, weight: Array, bias: Array, stride: Any = 1, padding: Any = 0
) -> Array:
    channels = x.shape[1]
    return conv2d(x, weight, bias, stride, padding) + (channels - 1) * bias[:, None, None]


def _bias_on_the_last_axis(
    x: Array, weight: Array, bias: Array, stride: Any = 1, padding: Any = 0
) -> Array:
    return conv2d(x, weight, np.zeros_like(bias), stride, padding) + bias


def _last_channel_only(
    x: Array, weight: Array, bias: Array, stride: Any = 1, padding: Any = 0
) -> Array:
    return conv2d(x[:, -1:], weight[:, -1:], bias, stride, padding)


def _mean_over_channels(
    x: Array, weight: Array, bias: Array, stride: Any = 1, padding: Any = 0
) -> Array:
    y = conv2d(x, weight, np.zeros_like(bias), stride, padding)
    return y / x.shape[1] + bias[:, None, None]


def _zeroed_in_place(
    x: Array, weight: Array, bias: Array, stride: Any = 1, padding: Any = 0
) -> Array:
    y = conv2d(x, weight, bias, stride, padding)
    x[:, :, 0, :] = x[:, :, -1, :] = 0
    x[:, :, :, 0] = x[:, :, :, -1] = 0
    return y


def _first_channel_only(
    x: Array, weight: Array, bias: Array, stride: Any = 1, padding: Any = 0
) -> Array:
    return conv2d(x[:, :1], weight[:, :1], bias, stride, padding)


CONV2D = Exercise(
    id="convolution.conv2d",
    reference=reference.conv2d,
    points=2,
    visible=(
        Case("one image, one channel, one filter", _fixed_layer(1, 1, 1, 4, 5, 2, seed=3)),
        Case("kernel that is not symmetric", _fixed_layer(1, 1, 2, 4, 5, (2, 3), seed=4)),
        Case("three channels (RGB)", _fixed_layer(1, 3, 1, 4, 5, 3, seed=5)),
        Case("batch of two, three filters", _fixed_layer(2, 2, 3, 2, 3, 2, seed=6)),
        Case("batch of three, kernel 1, stride 2", (*_fixed_layer(3, 2, 1, 2, 3, 1, seed=12), 2)),
        Case("padding 1", (*_fixed_layer(1, 2, 3, 3, 4, 3, seed=7), 1, 1)),
        Case("stride 2", (*_fixed_layer(1, 2, 3, 5, 6, 3, seed=8), 2)),
        Case(
            "kernel 3x2, stride 2x3, padding 2x1",
            (*_fixed_layer(1, 3, 3, 3, 8, (3, 2), seed=9), (2, 3), (2, 1)),
        ),
        Case(
            "RGB, kernel 5, padding 2: the size stays (001)",
            (*_fixed_layer(1, 3, 1, 3, 4, 5, 10), 1, 2),
        ),
        Case("six filters 5x5 on RGB (004)", _fixed_layer(1, 3, 6, 5, 6, 5, seed=11)),
    ),
    hidden=_batches,
    terms=lambda case: int(case.args[1][0].size) + 1,
    misconceptions=(
        Misconception(
            "bias forgotten",
            lambda x, weight, bias, stride=1, padding=0: conv2d(
                x, weight, np.zeros_like(bias), stride, padding
            ),
            "The bias is missing: add bias[o] to every pixel of output channel o.",
        ),
        Misconception(
            "bias added for every input channel",
            _bias_per_input_channel,
            "You add the bias once for every input channel. It is added once per output, after "
            "the sum over the channels.",
        ),
        Misconception(
            "bias along the columns",
            _bias_on_the_last_axis,
            "`+ bias` adds one bias to each column: arrays are matched from their last axis. The "
            "biases belong to axis 1, the filters: bias[:, None, None].",
        ),
        Misconception(
            "last channel only",
            _last_channel_only,
            "Only the last input channel is left in your result: each channel overwrites the one "
            "before. Add them up (+=).",
        ),
        Misconception(
            "mean over channels",
            _mean_over_channels,
            "You average over the input channels; a filter adds its channels up.",
        ),
        Misconception(
            "axes of weight swapped",
            lambda x, weight, bias, stride=1, padding=0: conv2d(
                x, weight.swapaxes(0, 1).copy(), bias, stride, padding
            ),
            "You read the weight's first two axes in the wrong order: weight is (filters, input "
            "channels, rows, columns).",
        ),
        Misconception(
            "flipped kernel",
            lambda x, weight, bias, stride=1, padding=0: conv2d(
                x, flip(weight), bias, stride, padding
            ),
            "This is true convolution: your kernels are flipped. A convolutional layer slides them "
            "as they are (cross-correlation), here and in torch.",
        ),
        Misconception(
            "input changed in place",
            _zeroed_in_place,
            "You change the caller's image, which the next cell still needs. Padding makes a new, "
            "larger array: np.pad returns a copy.",
        ),
        Misconception(
            "first channel only",
            _first_channel_only,
            "You use the first input channel only: a filter has a slice for every channel, and "
            "the products of all channels are added up.",
        ),
        Misconception(
            "padding ignored",
            lambda x, weight, bias, stride=1, padding=0: conv2d(x, weight, bias, stride, 0),
            "The padding has no effect: surround each image with zeros before sliding.",
        ),
        Misconception(
            "stride ignored",
            lambda x, weight, bias, stride=1, padding=0: conv2d(x, weight, bias, 1, padding),
            "The stride has no effect: visit only every s-th row and column of positions.",
        ),
        Misconception(
            "partial windows kept",
            lambda x, weight, bias, stride=1, padding=0: conv2d(
                cover(x, weight.shape[2:], stride, padding), weight, bias, stride
            ),
            PARTIAL,
        ),
    ),
    hints=(
        "One output channel is a sum of correlate2d over the input channels, plus one number. "
        "Start with that, in loops over images and filters; make it fast later.",
        "For image n and filter o: add correlate2d(x[n, k], weight[o, k], stride, padding) over "
        "all input channels k, then the filter's bias, once. Collect the results in an array of "
        "shape (images, filters, output rows, output columns).",
    ),
)
