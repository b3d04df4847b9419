"""Pooling backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution.reference import max_pool2d, pair
from coursekit.convolution.reference.geometry import Pair
from coursekit.convolution.reference.pooling import window_cells

Array = np.ndarray[Any, Any]


def max_pool2d_backward(
    dy: Array, x: Array, size: int | Pair, stride: int | Pair | None = None
) -> Array:
    """Backpropagate through ``max_pool2d``: each window's gradient goes to its largest pixel.

    At a tie the first of the largest pixels in reading order gets all of it, as in torch. The
    cells of the window are visited in that order, for all windows at once; a window whose maximum
    was found takes no further part.

    Args:
        dy: (N, C, OH, OW) gradient of the loss with respect to the output.
        x: (N, C, H, W) the layer's input.
        size: window, int or pair (rows, columns).
        stride: int or pair; ``None`` means the window's size.

    Returns:
        dx (N, C, H, W); pixels in several windows collect the gradients of all.

    Source: lecture 001, "3D Max-Pooling Layer" (Backward), with its rule at ties corrected.
    """
    largest = max_pool2d(x, size, stride)
    dx = np.zeros_like(x)
    searching = np.ones(largest.shape, bool)
    for pixel, dpixel in zip(
        window_cells(x, size, stride), window_cells(dx, size, stride), strict=True
    ):
        found = (pixel == largest) & searching
        searching &= ~found
        dpixel += dy * found
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
