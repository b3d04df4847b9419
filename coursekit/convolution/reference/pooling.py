"""Pooling: summarise each window of each channel by its largest or its mean value."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.convolution.reference.correlation import in_groups, need_array
from coursekit.convolution.reference.geometry import Pair, output_size, pair

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

    The cells of the window are compared for all windows at once, some images at a time.

    Source: lecture 001, "Downsampling by Max-Pooling"; lecture 000, "Pooling: Max-Pooling".
    """
    y = np.empty_like(next(window_cells(x, size, stride)), order="C")
    for few in in_groups(len(x), math.prod(y.shape[1:])):
        first, *others = window_cells(x[few], size, stride)
        y[few] = first
        for view in others:
            np.maximum(y[few], view, out=y[few])
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
