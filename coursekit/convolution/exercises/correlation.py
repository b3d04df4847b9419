"""Exercises about the sliding dot product: correlate2d."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution import lecture, reference
from coursekit.convolution.reference import correlate2d, pair
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]


def flip(kernel: Array) -> Array:
    """Turn a kernel by 180 degrees: what true convolution does."""
    return kernel[..., ::-1, ::-1].copy()


def numbers(*shape: int, seed: int) -> Array:
    """Fixed test values, one decimal, of both signs."""
    return np.round(np.random.default_rng(seed).normal(size=shape), 1)


_COUNTING = np.arange(25.0).reshape(5, 5)
KERNEL_22 = np.array([[1.0, 2.0], [3.0, 4.0]])
_KERNEL_002 = np.array([[10.0, 20, 30], [40, 50, 60], [30, 20, 10]])


def _images(rng: np.random.Generator) -> list[Case]:
    def image(*shape: int) -> Array:
        return rng.normal(size=shape)

    # Even, so that a kernel of 3 with stride 2 leaves a row over.
    h, w = 6, int(rng.integers(5, 9))
    return [
        Case("random", (image(h, w), image(3, 3))),
        Case("random, kernel 2x4", (image(h, w), image(2, 4))),
        Case("random, padding 1", (image(h, w), image(3, 3), 1, 1)),
        Case("random, stride 2", (image(h, w), image(3, 2), 2)),
        Case("random, stride 3x2, padding 2x1", (image(h, w), image(4, 3), (3, 2), (2, 1))),
        Case("random, stride 2, padding 2", (image(w, h), image(3, 5), 2, 2)),
    ]


def _dilated(x: Array, kernel: Array, stride: Any = 1, padding: Any = 0) -> Array:
    sh, sw = pair(stride)
    kh, kw = kernel.shape
    spread = np.zeros(((kh - 1) * sh + 1, (kw - 1) * sw + 1), kernel.dtype)
    spread[::sh, ::sw] = kernel
    return correlate2d(x, spread, 1, padding)


def _one_sided(x: Array, kernel: Array, stride: Any = 1, padding: Any = 0) -> Array:
    ph, pw = pair(padding)
    return correlate2d(np.pad(x, ((0, 2 * ph), (0, 2 * pw))), kernel, stride)


def _pad_before_after(x: Array, kernel: Array, stride: Any = 1, padding: Any = 0) -> Array:
    return correlate2d(np.pad(x, pair(padding)), kernel, stride)


def _dilated_in_place(x: Array, kernel: Array, stride: Any = 1, padding: Any = 0) -> Array:
    """Take x[r + i s, c + j s] for as many positions as the right formula has."""
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    padded = np.pad(x, ((ph, ph), (pw, pw)))
    y = np.zeros_like(correlate2d(x, kernel, stride, padding))
    for r, c, i, j in np.ndindex(*y.shape, *kernel.shape):
        y[r, c] += kernel[i, j] * padded[r + i * sh, c + j * sw]
    return y


def _not_moved(x: Array, kernel: Array, stride: Any = 1, padding: Any = 0) -> Array:
    rows, columns = correlate2d(x, kernel, stride, padding).shape
    return correlate2d(x, kernel, 1, padding)[:rows, :columns].copy()


def _edge_padding(x: Array, kernel: Array, stride: Any = 1, padding: Any = 0) -> Array:
    ph, pw = pair(padding)
    return correlate2d(np.pad(x, ((ph, ph), (pw, pw)), mode="edge"), kernel, stride)


def cover(x: Array, kernel_shape: Any, stride: Any, padding: Any) -> Array:
    """Pad the last two axes so that positions at the far end, too, are complete."""
    edges = [(0, 0)] * (x.ndim - 2)
    sizes = zip(x.shape[-2:], kernel_shape, pair(stride), pair(padding), strict=True)
    for n, k, s, p in sizes:
        edges.append((p, p + -(n + 2 * p - k) % s))
    return np.pad(x, edges)


PARTIAL = (
    "You keep positions at which the kernel sticks out over the far end of the padded image. A "
    "position counts only if the kernel fits entirely (the output size is a floor)."
)


def _axes_swapped(x: Array, kernel: Array, stride: Any = 1, padding: Any = 0) -> Array:
    return correlate2d(x, kernel, stride, padding).T.copy()


CORRELATE2D = Exercise(
    id="convolution.correlate2d",
    reference=reference.correlate2d,
    visible=(
        Case(
            "2x2 kernel, first steps (002)",
            (np.arange(1.0, 10).reshape(3, 3), KERNEL_22),
            {},
            np.array([[37.0, 47], [67, 77]]),
        ),
        Case(
            "2x2 kernel, index by index (003)",
            (np.arange(9.0).reshape(3, 3), KERNEL_22),
            {},
            np.array([[27.0, 37], [57, 67]]),
        ),
        Case("7x7 image (001)", (lecture.IMAGE, lecture.CORNER), {}, lecture.PRINTED_CORNER),
        Case(
            "identity kernel (001)", (lecture.IMAGE, lecture.IDENTITY), {}, lecture.IMAGE[1:6, 1:6]
        ),
        Case(
            "identity, padding 1 (001)", (lecture.IMAGE, lecture.IDENTITY, 1, 1), {}, lecture.IMAGE
        ),
        Case("blur, padding 1 (part of 001)", (lecture.IMAGE[2:5, 2:6], lecture.BLUR, 1, 1)),
        Case(
            "vertical edges, padding 1 (image of 001)",
            (lecture.IMAGE, lecture.VERTICAL_EDGE, 1, 1),
            {},
            -lecture.PRINTED_VERTICAL_EDGE + 0.0,
        ),
        Case(
            "horizontal edges, padding 1 (image of 001)",
            (lecture.IMAGE, lecture.HORIZONTAL_EDGE, 1, 1),
            {},
            -lecture.PRINTED_HORIZONTAL_EDGE + 0.0,
        ),
        Case("filter 1 (003)", (lecture.IMAGE_003, lecture.FILTER_1), {}, lecture.PRINTED_MAP_1),
        Case("filter 2 (003)", (lecture.IMAGE_003, lecture.FILTER_2), {}, lecture.PRINTED_MAP_2),
        Case("the T (003)", (lecture.IMAGE_T, lecture.KERNEL_T), {}, lecture.PRINTED_MAP_T),
        Case(
            "stride 2, ones (001)",
            (lecture.SMALL_IMAGE, np.ones((2, 2)), 2),
            {},
            lecture.PRINTED_STRIDE_2,
        ),
        Case(
            "stride 2 on a counting image (001)",
            (_COUNTING, KERNEL_22, 2),
            {},
            np.array([[41.0, 61], [141, 161]]),
        ),
        Case(
            "filter 1, stride 2 (003)",
            (lecture.IMAGE_003, lecture.FILTER_1, 2),
            {},
            np.array([[3.0, -3], [-3, 0]]),
        ),
        Case(
            "filter 2, stride 2 (003)",
            (lecture.IMAGE_003, lecture.FILTER_2, 2),
            {},
            np.array([[-1.0, -1], [-1, -2]]),
        ),
        Case(
            "padding 1 (002)",
            (np.arange(1.0, 10).reshape(3, 3), _KERNEL_002, 1, 1),
            {},
            np.array([[300.0, 600, 500], [800, 1370, 1000], [1060, 1540, 940]]),
        ),
        Case("padding 1x2", (numbers(4, 5, seed=12), numbers(3, 3, seed=13), 1, (1, 2))),
        Case("stride 2x3", (numbers(7, 8, seed=14), numbers(3, 2, seed=15), (2, 3))),
        Case(
            "whole numbers in the image, fractions in the kernel",
            (np.arange(16).reshape(4, 4), np.array([[0.25, 0.5], [1.5, 0.75]])),
        ),
        Case(
            "image 5x8, kernel 3x2, stride 2x3, padding 1x2",
            (numbers(5, 8, seed=1), numbers(3, 2, seed=2), (2, 3), (1, 2)),
        ),
    ),
    hidden=_images,
    terms=lambda case: int(case.args[1].size),
    misconceptions=(
        Misconception(
            "flipped kernel",
            lambda x, kernel, stride=1, padding=0: correlate2d(x, flip(kernel), stride, padding),
            "This is true convolution: your kernel is flipped in both axes. The course and torch "
            "slide the kernel as it is (cross-correlation).",
        ),
        Misconception(
            "stride used as dilation",
            _dilated,
            "You multiply the offsets inside the kernel by the stride (the formula printed in "
            "lecture 001). That spreads the kernel out: dilation. The stride multiplies the "
            "output's position: x[r·s + i, c·s + j].",
        ),
        Misconception(
            "padding on one side",
            _one_sided,
            "You add all the padding after the last row and column. It goes around the image: "
            "`padding` rows above and below, `padding` columns left and right.",
        ),
        Misconception(
            "padding pair before and after",
            _pad_before_after,
            "np.pad(x, (rows, columns)) adds `rows` before and `columns` after, on both axes. Give "
            "a pair for each axis: np.pad(x, ((rows, rows), (columns, columns))).",
        ),
        Misconception(
            "stride inside the kernel",
            _dilated_in_place,
            "Your output has the right size, but the stride multiplies the offsets inside the "
            "kernel (dilation). It multiplies the output's position: x[r·s + i, c·s + j].",
        ),
        Misconception(
            "window not moved by the stride",
            _not_moved,
            "Your output has the right size, but the windows lie next to each other: output (r, c) "
            "starts at row r·stride and column c·stride.",
        ),
        Misconception(
            "edge padding",
            _edge_padding,
            "You pad by repeating the edge pixels; this padding is zeros.",
        ),
        Misconception(
            "output axes swapped",
            _axes_swapped,
            "Your result is transposed: rows of the output belong to rows of the image.",
        ),
        Misconception(
            "stride ignored",
            lambda x, kernel, stride=1, padding=0: correlate2d(x, kernel, 1, padding),
            "The stride has no effect: with stride s only every s-th row and column of positions "
            "is visited.",
        ),
        Misconception(
            "padding ignored",
            lambda x, kernel, stride=1, padding=0: correlate2d(x, kernel, stride, 0),
            "The padding has no effect: surround the image with zeros before sliding.",
        ),
        Misconception(
            "partial windows kept",
            lambda x, kernel, stride=1, padding=0: correlate2d(
                cover(x, kernel.shape, stride, padding), kernel, stride
            ),
            PARTIAL,
        ),
        Misconception(
            "stride exchanged between rows and columns",
            lambda x, kernel, stride=1, padding=0: correlate2d(
                x, kernel, pair(stride)[::-1], pair(padding)
            ),
            "You exchange the two strides: a pair is (rows, columns).",
        ),
    ),
    hints=(
        "Write down y[0, 0] for a 2x2 kernel as a sum of four products, then y[0, 1]. Which index "
        "changes? What changes when the stride is 2?",
        "Surround the image with zeros, make an array of zeros for the output (you have a function "
        "for its size), and fill it in two loops: cut out the window that starts at row r·stride, "
        "column c·stride and has the kernel's shape; multiply it with the kernel, cell by cell.",
    ),
)
