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


def linear_backward_naive(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Backpropagate through a fully connected layer, product by product."""
    flat = x.reshape(len(x), -1)
    dx, dweight, dbias = np.zeros_like(flat), np.zeros_like(weight), np.zeros(len(weight))
    for n, b in np.ndindex(dy.shape):
        dbias[b] += dy[n, b]
        for a in range(flat.shape[1]):
            dx[n, a] += dy[n, b] * weight[b, a]
            dweight[b, a] += dy[n, b] * flat[n, a]
    return dx.reshape(x.shape), dweight, dbias


def flatten_backward_naive(dy: Array, x: Array) -> Array:
    """Put every number back where it was: entry H W i + W j + k to channel i, row j, column k."""
    dx = np.zeros_like(x)
    for n, i, j, k in np.ndindex(x.shape):
        dx[n, i, j, k] = dy[n, (i * x.shape[2] + j) * x.shape[3] + k]
    return dx


def relu_backward_naive(dy: Array, x: Array) -> Array:
    """Hand the gradient on where the input was positive."""
    dx = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        if x[at] > 0:
            dx[at] = dy[at]
    return dx


def dropout_backward_naive(dy: Array, rate: float, uniform: Array) -> Array:
    """Hand the gradient on, enlarged, where the unit was kept."""
    dx = np.zeros_like(dy)
    for at in np.ndindex(dy.shape):
        if uniform[at] >= rate:
            dx[at] = dy[at] / (1 - rate)
    return dx


def softmax_cross_entropy_backward_naive(scores: Array, labels: Array) -> Array:
    """Apply the chain rule through the softmax's Jacobian: dp is -1 / p at the true class."""
    n, classes = scores.shape
    dscores = np.zeros_like(scores)
    for row in range(n):
        powers = [np.exp(s) for s in scores[row]]
        p = [power / sum(powers) for power in powers]
        true = labels[row]
        for k in range(classes):
            slope = p[true] * (1 - p[true]) if k == true else -p[true] * p[k]
            dscores[row, k] = -1 / p[true] * slope / n
    return dscores


def batch_norm_backward_naive(dy: Array, x: Array, gamma: Array, eps: float = 1e-5) -> Array:
    """Follow every path from x to y: the value itself, the mean and the variance. Gives dx."""
    dx = np.zeros_like(x)
    for c in range(x.shape[1]):
        values, slopes = x[:, c].ravel(), dy[:, c].ravel()
        count, mean, var = len(values), values.mean(), values.var()
        root = np.sqrt(var + eps)
        found = np.zeros(count)
        for i, j in np.ndindex(count, count):  # how y_j depends on x_i
            own = float(i == j)
            dvar = 2 * (values[i] - mean) / count
            dnormal = (own - 1 / count) / root - (values[j] - mean) * dvar / (2 * root**3)
            found[i] += slopes[j] * gamma[c] * dnormal
        dx[:, c] = found.reshape(dx[:, c].shape)
    return dx
