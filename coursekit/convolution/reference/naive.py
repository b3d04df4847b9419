"""The formulas as plain loops, one output at a time: slow, obvious, and a check on the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution.reference.geometry import Pair, output_size, pair

Array = np.ndarray[Any, Any]


def conv2d_naive(
    x: Array, weight: Array, bias: Array, stride: int | Pair = 1, padding: int | Pair = 0
) -> Array:
    """Apply a convolutional layer with seven loops. Arguments and result as in ``conv2d``."""
    (n, channels, h, w), (filters, _, kh, kw) = x.shape, weight.shape
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    y = np.zeros((n, filters, output_size(h, kh, sh, ph), output_size(w, kw, sw, pw)), x.dtype)
    for m, o, r, c in np.ndindex(y.shape):
        total = bias[o]
        for k, i, j in np.ndindex(channels, kh, kw):
            row, column = r * sh + i - ph, c * sw + j - pw
            if 0 <= row < h and 0 <= column < w:  # outside the image there are zeros
                total = total + weight[o, k, i, j] * x[m, k, row, column]
        y[m, o, r, c] = total
    return y


def correlate2d_naive(
    x: Array, kernel: Array, stride: int | Pair = 1, padding: int | Pair = 0
) -> Array:
    """Slide a kernel over one image with loops. Arguments and result as in ``correlate2d``."""
    no_bias = np.zeros(1, x.dtype)
    return conv2d_naive(x[None, None], kernel[None, None], no_bias, stride, padding)[0, 0]


def max_pool2d_naive(x: Array, size: int | Pair, stride: int | Pair | None = None) -> Array:
    """Keep the largest value of each window, with loops. As ``max_pool2d``."""
    return _pool(x, size, stride, max)


def avg_pool2d_naive(x: Array, size: int | Pair, stride: int | Pair | None = None) -> Array:
    """Take the mean of each window, with loops. As ``avg_pool2d``."""
    return _pool(x, size, stride, lambda values: sum(values) / len(values))


def _pool(x: Array, size: int | Pair, stride: int | Pair | None, summary: Any) -> Array:
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    n, channels, h, w = x.shape
    y = np.zeros((n, channels, output_size(h, kh, sh), output_size(w, kw, sw)), x.dtype)
    for m, k, r, c in np.ndindex(y.shape):
        values = [x[m, k, r * sh + i, c * sw + j] for i in range(kh) for j in range(kw)]
        y[m, k, r, c] = summary(values)
    return y
