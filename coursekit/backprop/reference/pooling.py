"""Pooling backwards."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from coursekit.convolution.reference.correlation import in_groups, need_array
from coursekit.convolution.reference.geometry import Pair, output_size, pair
from coursekit.convolution.reference.pooling import window_cells

Array = np.ndarray[Any, Any]


def max_pool2d_backward(
    dy: Array, x: Array, size: int | Pair, stride: int | Pair | None = None
) -> Array:
    """Backpropagate through ``max_pool2d``: each window's gradient goes to its largest pixel.

    At a tie the first of the largest pixels in reading order gets all of it, as in torch.

    The largest pixel of a window is the largest of its rows' maxima, and lies in the first row
    that has it. So each gradient goes to a row first and from there to a column: ``kh + kw`` steps
    in place of ``kh * kw``, for all windows of some images at once. Windows that lie side by side
    share no pixel: each is written once, and where they fill the image no zeros are needed before.

    Args:
        dy: (N, C, OH, OW) gradient of the loss with respect to the output.
        x: (N, C, H, W) the layer's input.
        size: window, int or pair (rows, columns).
        stride: int or pair; ``None`` means the window's size.

    Returns:
        dx (N, C, H, W); pixels in several windows collect the gradients of all.

    Source: lecture 001, "3D Max-Pooling Layer" (Backward), with its rule at ties corrected.
    """
    need_array("x", x, ("N", "C", "H", "W"))
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    tiled = (kh, kw) == (sh, sw) and not (x.shape[2] % kh or x.shape[3] % kw)
    new = np.empty if tiled else np.zeros
    dx = new(x.shape, x.dtype)
    for few in in_groups(len(x), math.prod(dy.shape[1:])):
        columns = [pixels.copy() for pixels in _along(3, x[few], kw, sw)]  # (n, C, H, OW) each
        maxima = functools.reduce(np.maximum, columns)
        rows = _along(2, maxima, kh, sh)  # (n, C, OH, OW) each
        dmaxima = new(maxima.shape, x.dtype)
        largest = functools.reduce(np.maximum, rows)
        _hand_down(dy[few], rows, largest, _along(2, dmaxima, kh, sh), sh < kh)
        _hand_down(dmaxima, columns, maxima, _along(3, dx[few], kw, sw), sw < kw)
    return dx


def _along(axis: int, x: Array, k: int, s: int) -> list[Array]:
    """Return, for each place in a window of length k, what all windows along an axis have there."""
    length = s * output_size(x.shape[axis], k, s)
    return [x[(slice(None),) * axis + (slice(i, i + length, s),)] for i in range(k)]


def _hand_down(
    dy: Array, cells: list[Array], largest: Array, dcells: list[Array], overlap: bool
) -> None:
    """Give each gradient to the first cell that is the largest; the last cell gets what is left.

    ``dcells`` are views that are written, or added to where a cell belongs to several windows.
    """
    parts = []
    for cell in cells[:-1]:
        parts.append(dy * (cell == largest))
        dy = dy - parts[-1]
    for dcell, part in zip(dcells, [*parts, dy], strict=True):
        dcell[...] = dcell + part if overlap else part


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
