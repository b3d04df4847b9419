"""Pooling backwards."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from coursekit.convolution.reference.correlation import in_groups
from coursekit.convolution.reference.geometry import Pair, pair
from coursekit.convolution.reference.pooling import window_cells

Array = np.ndarray[Any, Any]


def max_pool2d_backward(
    dy: Array, x: Array, size: int | Pair, stride: int | Pair | None = None
) -> Array:
    """Backpropagate through ``max_pool2d``: each window's gradient goes to its largest pixel.

    At a tie the first of the largest pixels in reading order gets all of it, as in torch. The
    cells of the window are visited in that order, for all windows at once; a window whose maximum
    was found takes no further part. Pixels are added to only where windows overlap: where they
    lie side by side every pixel belongs to at most one window, and is written once; where they
    also fill the image no zeros are needed before.

    Args:
        dy: (N, C, OH, OW) gradient of the loss with respect to the output.
        x: (N, C, H, W) the layer's input.
        size: window, int or pair (rows, columns).
        stride: int or pair; ``None`` means the window's size.

    Returns:
        dx (N, C, H, W); pixels in several windows collect the gradients of all.

    Source: lecture 001, "3D Max-Pooling Layer" (Backward), with its rule at ties corrected.
    """
    window, steps = pair(size), pair(size if stride is None else stride)
    overlap = any(s < k for s, k in zip(steps, window, strict=True))
    tiled = steps == window and not any(n % k for n, k in zip(x.shape[2:], window, strict=True))
    dx = np.empty_like(x) if tiled else np.zeros_like(x)
    for few in in_groups(len(x), math.prod(dy.shape[1:])):  # (n, C, OH, OW) from here on
        cells = [view.copy() for view in window_cells(x[few], size, stride)]
        largest = functools.reduce(np.maximum, cells)
        searching = np.ones(largest.shape, bool)
        for cell, dcell in zip(cells, window_cells(dx[few], size, stride), strict=True):
            found = (cell == largest) & searching
            searching ^= found
            if overlap:
                dcell += dy[few] * found
            else:
                dcell[...] = dy[few] * found
    return dx


def avg_pool2d_backward(
    dy: Array, x: Array, size: int | Pair, stride: int | Pair | None = None
) -> Array:
    """Backpropagate through ``avg_pool2d``: each pixel of a window gets an equal share.

    Arguments and result as in ``max_pool2d_backward``; only the shape of ``x`` matters.

    Source: lecture 001, "Downsampling by Averaging".
    """
    rows, columns = pair(size)
    share = dy / dy.dtype.type(rows * columns)
    dx = np.zeros_like(x)
    for dpixel in window_cells(dx, size, stride):
        dpixel += share
    return dx
