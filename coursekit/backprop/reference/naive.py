"""The backward formulas as plain loops: slow, obvious, and a check on the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution.reference import pair
from coursekit.convolution.reference.geometry import Pair

Array = np.ndarray[Any, Any]


def conv2d_backward_naive(
    dy: Array, x: Array, weight: Array, stride: int | Pair = 1, padding: int | Pair = 0
) -> tuple[Array, Array, Array]:
    """Backpropagate through a convolution with seven loops. As ``conv2d_backward``."""
    (_, channels, h, w), (filters, _, kh, kw) = x.shape, weight.shape
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    dx, dweight, dbias = np.zeros_like(x), np.zeros_like(weight), np.zeros(filters, x.dtype)
    for m, o, r, c in np.ndindex(dy.shape):
        dbias[o] += dy[m, o, r, c]
        for k, i, j in np.ndindex(channels, kh, kw):
            row, column = r * sh + i - ph, c * sw + j - pw
            if 0 <= row < h and 0 <= column < w:
                dweight[o, k, i, j] += dy[m, o, r, c] * x[m, k, row, column]
                dx[m, k, row, column] += dy[m, o, r, c] * weight[o, k, i, j]
    return dx, dweight, dbias


def max_pool2d_backward_naive(
    dy: Array, x: Array, size: int | Pair, stride: int | Pair | None = None
) -> Array:
    """Hand each window's gradient to its first largest pixel. As ``max_pool2d_backward``."""
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx = np.zeros_like(x)
    for m, k, r, c in np.ndindex(dy.shape):
        window = x[m, k, r * sh : r * sh + kh, c * sw : c * sw + kw]
        i, j = divmod(int(window.argmax()), kw)  # argmax finds the first one in reading order
        dx[m, k, r * sh + i, c * sw + j] += dy[m, k, r, c]
    return dx


def avg_pool2d_backward_naive(
    dy: Array, x: Array, size: int | Pair, stride: int | Pair | None = None
) -> Array:
    """Share each window's gradient among its pixels. As ``avg_pool2d_backward``."""
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx = np.zeros_like(x)
    for m, k, r, c in np.ndindex(dy.shape):
        dx[m, k, r * sh : r * sh + kh, c * sw : c * sw + kw] += dy[m, k, r, c] / (kh * kw)
    return dx
