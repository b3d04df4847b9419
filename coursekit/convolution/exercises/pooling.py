"""Exercises about pooling: max_pool2d, avg_pool2d."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution import lecture, reference
from coursekit.convolution.exercises.correlation import numbers
from coursekit.convolution.reference import avg_pool2d, max_pool2d, pair
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]


def nchw(table: Array) -> Array:
    """Give a single image its batch and channel axes."""
    return table[None, None].copy()


_MIXED = numbers(2, 3, 5, 7, seed=11)
_NEGATIVE = -1e6 * (1 + np.abs(numbers(1, 2, 4, 6, seed=12)))


def _pools(rng: np.random.Generator) -> list[Case]:
    def image(*shape: int) -> Array:
        return rng.normal(size=shape)

    big, odd = int(rng.integers(5, 8)), int(rng.integers(2, 4)) * 2 + 1
    return [
        Case("random, no stride given", (image(2, 3, big, big + 3), 2)),
        Case("random, odd size", (image(2, 2, odd, odd + 2), 2)),
        Case("random, overlapping", (image(1, 3, big, odd), 3, 2)),
        # Of widths that tell rows from columns.
        Case("random, window 2x3", (image(3, 2, big, 5), (2, 3))),
        Case("random, window 3x2, stride 1x2", (image(2, 1, odd, 6), (3, 2), (1, 2))),
        Case("all negative", (-1e6 * (1 + np.abs(image(2, 2, odd, big))), (2, 3), 2)),
    ]


def _pool_cases(kind: int) -> tuple[Case, ...]:
    """Build the cases that both exercises share; ``kind`` 0 is max, 1 is mean."""

    def case(label: str, x: Array, size: Any, stride: Any, *results: Array) -> Case:
        args = (x, size) if stride is None else (x, size, stride)
        return Case(label, args, {}, nchw(results[kind])) if results else Case(label, args)

    small, table = nchw(lecture.SMALL_IMAGE), nchw(lecture.RECONSTRUCTED_000)
    map_1 = np.array([[3.0, 0], [3, 1]]), np.array([[0.0, -1.75], [-1.25, -0.5]])
    map_2 = np.array([[-1.0, 1], [0, 3]]), np.array([[-1.0, -0.75], [-0.75, -0.5]])
    map_t = np.array([[6.0, 6], [4, 4]]), np.array([[5.25, 5.25], [3, 3]])
    return (
        case("2x2, stride 2 (001)", small, 2, 2, lecture.PRINTED_MAX, lecture.PRINTED_AVERAGE),
        case("2x2, stride 1 (000)", table, 2, 1, lecture.PRINTED_MAX_000, lecture.PRINTED_MEAN_000),
        case("feature map of the T (003)", nchw(lecture.PRINTED_MAP_T), 2, None, *map_t),
        case("feature map of filter 1 (003)", nchw(lecture.PRINTED_MAP_1), 2, 2, *map_1),
        case("feature map of filter 2 (003)", nchw(lecture.PRINTED_MAP_2), 2, 2, *map_2),
        case("no stride given: windows side by side", _MIXED[:, :, :4, :6], 2, None),
        case("odd size: windows that do not fit are dropped", _MIXED, 2, None),
        case("window 2x3", _MIXED[:, :, :, :5], (2, 3), None),
        case("window 1x2, stride 3: pixels between the windows", _MIXED[:1, :, :4], (1, 2), 3),
        case("window 3x2, stride 1x2", _MIXED, (3, 2), (1, 2)),
        case("overlapping windows", _MIXED, 3, 2),
        case("only negative values", _NEGATIVE, (2, 3), None),
    )


def _swap(size: Any) -> Any:
    return pair(size)[::-1]


def _cover(x: Array, size: Any, stride: Any, fill: float) -> Array:
    """Extend the image so that windows at the far edges, too, are complete."""
    kernel, step = pair(size), pair(size if stride is None else stride)
    extra = [-(n - k) % s for n, k, s in zip(x.shape[2:], kernel, step, strict=True)]
    edges = ((0, 0), (0, 0), (0, extra[0]), (0, extra[1]))
    return np.pad(x, edges, constant_values=fill)


def _zero_border(x: Array, size: Any, stride: Any = None) -> Array:
    """Pad with one ring of zeros, pool, and cut the result to the size that is asked."""
    rows, columns = max_pool2d(x, size, stride).shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    return max_pool2d(padded, size, stride)[:, :, :rows, :columns]


def _over_channels(pool: Any) -> Any:
    def wrong(x: Array, size: Any, stride: Any = None) -> Array:
        y = pool(x, size, stride)
        summary = y.max(axis=1, keepdims=True) if pool is max_pool2d else y.mean(1, keepdims=True)
        return np.broadcast_to(summary, y.shape).copy()

    return wrong


def _partial_mean(x: Array, size: Any, stride: Any = None) -> Array:
    ones = _cover(np.ones_like(x), size, stride, 0.0)
    covered = _cover(x, size, stride, 0.0)
    return avg_pool2d(covered, size, stride) / avg_pool2d(ones, size, stride)


_STRIDE_1 = (
    "You move the window by one pixel. That is the formula printed under the stride-2 example of "
    "lecture 001; without a given stride the windows lie side by side: stride = size."
)
_SWAPPED = (
    "Your window has rows and columns exchanged: size = (rows, columns), and rows belong to axis 2."
)
_CHANNELS = (
    "You pool over the channels as well. Pooling summarises windows in space; every channel keeps "
    "its own result."
)
_PARTIAL = (
    "You keep windows that stick out over the edge. A window that does not fit entirely is dropped "
    "(the output size is a floor)."
)
_STRIDE_IGNORED = (
    "You always step by the window's size; the given `stride` has no effect. It is the default "
    "that equals the size."
)

MAX_POOL2D = Exercise(
    id="convolution.max_pool2d",
    reference=reference.max_pool2d,
    visible=_pool_cases(0),
    hidden=_pools,
    misconceptions=(
        Misconception("stride 1", lambda x, size, stride=None: max_pool2d(x, size, 1), _STRIDE_1),
        Misconception(
            "zero padding",
            _zero_border,
            "Your windows contain zeros from outside the image. Zeros win against negative values, "
            "so a maximum needs no padding (or padding with minus infinity).",
        ),
        Misconception(
            "starts from zero",
            lambda x, size, stride=None: np.maximum(max_pool2d(x, size, stride), 0.0),
            "Your running maximum starts at 0, so windows of negative values give 0. Start from "
            "the first value of the window, or from minus infinity.",
        ),
        Misconception(
            "mean",
            avg_pool2d,
            "You take the mean of each window; max pooling keeps its largest value.",
        ),
        Misconception("pooled over channels", _over_channels(max_pool2d), _CHANNELS),
        Misconception(
            "window swapped",
            lambda x, size, stride=None: max_pool2d(x, _swap(size), stride),
            _SWAPPED,
        ),
        Misconception(
            "partial windows kept",
            lambda x, size, stride=None: max_pool2d(_cover(x, size, stride, -np.inf), size, stride),
            _PARTIAL,
        ),
        Misconception(
            "stride ignored", lambda x, size, stride=None: max_pool2d(x, size), _STRIDE_IGNORED
        ),
    ),
    hints=(
        "Compute the output's size first (you have a function for it), then fill it window by "
        "window. What is the stride when none is given?",
        "For output row r and column c the window starts at row r · stride and column c · stride "
        "of the input and spans size rows and columns. You can take the largest value of a window "
        "for all images and channels at once: reduce over the last two axes only.",
    ),
)

AVG_POOL2D = Exercise(
    id="convolution.avg_pool2d",
    reference=reference.avg_pool2d,
    visible=_pool_cases(1),
    hidden=_pools,
    terms=lambda case: int(np.prod(pair(case.args[1]))),
    misconceptions=(
        Misconception("stride 1", lambda x, size, stride=None: avg_pool2d(x, size, 1), _STRIDE_1),
        Misconception(
            "sum",
            lambda x, size, stride=None: avg_pool2d(x, size, stride) * np.prod(pair(size)),
            "You add up the window without dividing by its number of cells: that is sum pooling.",
        ),
        Misconception(
            "max",
            max_pool2d,
            "You keep the largest value of each window; average pooling takes the mean.",
        ),
        Misconception(
            "divided by one side",
            lambda x, size, stride=None: (
                avg_pool2d(x, size, stride) * np.prod(pair(size)) / pair(size)[0]
            ),
            "You divide by one side of the window; it has rows · columns cells.",
        ),
        Misconception(
            "divided by the side squared",
            lambda x, size, stride=None: (
                avg_pool2d(x, size, stride) * np.prod(pair(size)) / pair(size)[0] ** 2
            ),
            "You divide by the square of one side; a window of size (rows, columns) has "
            "rows · columns cells.",
        ),
        Misconception("pooled over channels", _over_channels(avg_pool2d), _CHANNELS),
        Misconception(
            "window swapped",
            lambda x, size, stride=None: avg_pool2d(x, _swap(size), stride),
            _SWAPPED,
        ),
        Misconception("partial windows kept", _partial_mean, _PARTIAL),
        Misconception(
            "stride ignored", lambda x, size, stride=None: avg_pool2d(x, size), _STRIDE_IGNORED
        ),
    ),
    hints=(
        "It is max pooling with another summary of each window. What changes, what stays?",
        "Sum each window over its rows and columns (axes 2 and 3 of a slice), then divide by the "
        "number of cells of the window, which is a product when the window is a pair.",
    ),
)
