"""Pooling backwards."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

import numpy as np

from coursekit.convolution.reference.correlation import need_array
from coursekit.convolution.reference.geometry import Pair, output_size, pair
from coursekit.convolution.reference.groups import in_groups
from coursekit.convolution.reference.pooling import window_cells, window_lines

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
    The usual windows, 2x2 side by side, have a faster way of their own.

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
    if kh == kw == sh == sw == 2:
        return _two_by_two_backward(dy, x)
    tiled = (kh, kw) == (sh, sw) and not (x.shape[2] % kh or x.shape[3] % kw)
    new = np.empty if tiled else np.zeros
    dx = new(x.shape, x.dtype)

    def backpropagate(few: slice) -> None:
        columns = [pixels.copy() for pixels in window_lines(3, x[few], kw, sw)]  # (n, C, H, OW)
        maxima = functools.reduce(np.maximum, columns)
        dmaxima = new(maxima.shape, x.dtype)
        rows, drows = (window_lines(2, a, kh, sh) for a in (maxima, dmaxima))  # (n, C, OH, OW)
        _hand_down(dy[few], rows, drows, sh < kh)
        _hand_down(dmaxima, columns, window_lines(3, dx[few], kw, sw), sw < kw)

    in_groups(backpropagate, len(x), 2 * math.prod(x.shape[1:]))
    return dx


def _hand_down(dy: Array, cells: list[Array], dcells: list[Array], overlap: bool) -> None:
    """Give each gradient to the first cell that no later one exceeds; the last gets what is left.

    No cell before the first of the largest is like that: the largest is among its later ones.
    ``dcells`` are views that are written, or added to where a cell belongs to several windows.
    """
    later = [*itertools.accumulate(cells[:0:-1], np.maximum)][::-1]  # maxima of the later cells
    for cell, most, dcell in zip(cells[:-1], later, dcells[:-1], strict=True):
        part = dy * (cell >= most)
        dcell[...] = dcell + part if overlap else part
        dy = dy - part
    dcells[-1][...] = dcells[-1] + dy if overlap else dy


def _two_by_two_backward(dy: Array, x: Array) -> Array:
    """Backpropagate through ``max_pool2d`` with the usual windows, 2x2 pixels side by side.

    Each window has a mark, at first on its upper left pixel. The mark goes down if the lower row's
    maximum is larger, and from there to the right if the pixel there is larger. At a tie it stays,
    so that it ends on the first of the largest pixels in reading order. Then all four pixels get
    the window's gradient, times 1 with the mark and 0 without it.

    With the rows laid end to end, the pixel to the right is 1 place further and the pixel below is
    W places further: a long array is compared with itself, shifted. That compares neighbours of
    different windows, too, where no mark is, and still takes less time than picking every second
    pixel of every second row.
    """
    oh, ow = output_size(x.shape[2], 2, 2), output_size(x.shape[3], 2, 2)
    h, w = 2 * oh, 2 * ow  # without the row and the column that no window covers
    dx = (np.empty if x.shape[2:] == (h, w) else np.zeros)(x.shape, x.dtype)
    corners = np.zeros((x.shape[1], h, w), bool)
    corners[:, ::2, ::2] = True

    def backpropagate(few: slice) -> None:
        pixels, dpixels = x[few, :, :h, :w].ravel(), dx[few, :, :h, :w]
        marked = np.empty(dpixels.shape, bool)
        marked[...] = corners
        marks = marked.reshape(-1)
        maxima = np.maximum(pixels[:-1], pixels[1:])  # of each pixel and the one to its right
        for step, cells in (w, maxima), (1, pixels):
            here, there = marks[: len(cells) - step], marks[step : len(cells)]
            moving = here & (cells[step:] > cells[:-step])
            here ^= moving
            there |= moving
        wide = np.empty(dpixels.size // 2, x.dtype)  # each gradient twice, for a row of its window
        wide[::2] = wide[1::2] = dy[few].ravel()
        rows = wide.reshape(-1, w).repeat(2, axis=0)
        np.multiply(rows.reshape(dpixels.shape), marked, out=dpixels)

    in_groups(backpropagate, len(x), 2 * corners.size)
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
