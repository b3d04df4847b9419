"""Pooling: summarise each window of each channel by its largest or its mean value."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.convolution.reference.correlation import need_array
from coursekit.convolution.reference.geometry import Pair, output_size, pair
from coursekit.convolution.reference.groups import in_groups

Array = np.ndarray[Any, Any]


def max_pool2d(x: Array, size: int | Pair, stride: int | Pair | None = None) -> Array:
    """Keep the largest value of each window.

    Args:
        x: (N, C, H, W).
        size: window, int or pair (rows, columns).
        stride: int or pair; ``None`` means the window's size, so that windows do not overlap.

    Returns:
        (N, C, OH, OW); windows that do not fit entirely are left out.

    Raises:
        ValueError: if ``x`` does not have four axes or the window does not fit.

    The largest value of a window is the largest of its columns' maxima. So the rows of the windows
    are compared first and the columns of what is left after that: ``kh + kw`` steps in place of
    ``kh * kw``, the first of them on whole rows, for all windows of some images at once.

    Source: lecture 001, "Downsampling by Max-Pooling"; lecture 000, "Pooling: Max-Pooling".
    """
    need_array("x", x, ("N", "C", "H", "W"))
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    oh, ow = output_size(x.shape[2], kh, sh), output_size(x.shape[3], kw, sw)
    y = np.empty((*x.shape[:2], oh, ow), x.dtype)

    def pool(few: slice) -> None:
        maxima = functools.reduce(np.maximum, window_lines(2, x[few], kh, sh))  # (n, C, OH, W)
        if kw == sw and kw * ow == x.shape[3]:  # windows fill each row: all rows are one long row
            maxima = maxima.reshape(1, 1, 1, -1)
        largest = functools.reduce(np.maximum, window_lines(3, maxima, kw, sw))
        y[few] = largest.reshape(-1, *y.shape[1:])

    in_groups(pool, len(x), 2 * math.prod(x.shape[1:]))
    return y


def avg_pool2d(x: Array, size: int | Pair, stride: int | Pair | None = None) -> Array:
    """Take the mean of each window. Arguments and result as in ``max_pool2d``.

    Source: lecture 001, "Downsampling by Averaging"; lecture 000, "Mean-Pooling".
    """
    views = window_cells(x, size, stride)
    y = next(views) * 1.0
    for view in views:
        y += view
    rows, columns = pair(size)
    return np.asarray(y / x.dtype.type(rows * columns))


def global_avg_pool2d(x: Array) -> Array:
    """Average each channel over the whole image: (N, C, H, W) to (N, C).

    Source: lecture 002, "Architecture of CNN" (GAP in place of flattening).
    """
    need_array("x", x, ("N", "C", "H", "W"))
    return np.asarray(x.mean(axis=(2, 3)))


def window_cells(x: Array, size: int | Pair, stride: int | Pair | None) -> Iterator[Array]:
    """Yield, for each cell of the window, its pixel in every window: (N, C, OH, OW) views."""
    need_array("x", x, ("N", "C", "H", "W"))
    kh, kw = pair(size)
    sh, sw = pair(size if stride is None else stride)
    oh, ow = output_size(x.shape[2], kh, sh), output_size(x.shape[3], kw, sw)
    for i, j in np.ndindex(kh, kw):
        yield x[:, :, i : i + sh * oh : sh, j : j + sw * ow : sw]


def window_lines(axis: int, x: Array, k: int, s: int) -> list[Array]:
    """Return, for each place in a window of length k, what all windows along an axis have there."""
    length = s * output_size(x.shape[axis], k, s)
    return [x[(slice(None),) * axis + (slice(i, i + length, s),)] for i in range(k)]
