"""Layers without windows, forward and backward: linear, flatten, ReLU, dropout.

Every ``..._backward`` takes ``dy``, the gradient of the loss with respect to the layer's output,
and what the forward pass saw; it returns gradients in the shapes of the layer's arguments.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def flatten(x: Array) -> Array:
    """Lay each image out as one row, in reading order: (N, ...) to (N, A).

    Source: lecture 001, "Fully-Connected Layer (3D input)" (with indices from 0).
    """
    return x.reshape(len(x), -1)


def flatten_backward(dy: Array, x: Array) -> Array:
    """Give the gradient of ``flatten`` its image shape back: (N, A) to the shape of ``x``."""
    return dy.reshape(x.shape)


def linear(x: Array, weight: Array, bias: Array) -> Array:
    """Apply a fully connected layer: y = x weight^T + bias.

    Args:
        x: (N, ...) batch; each entry is flattened to A numbers in reading order.
        weight: (B, A).
        bias: (B,).

    Returns:
        (N, B).

    Source: lecture 001, "Fully-Connected Layer (3D input)".
    """
    return flatten(x) @ weight.T + bias


def linear_backward(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Backpropagate through y = flatten(x) weight^T + bias.

    Args:
        dy: (N, B) gradient of the loss with respect to y.
        x: (N, ...) the layer's input; each entry is flattened to A numbers in reading order.
        weight: (B, A).

    Returns:
        dx in the shape of ``x``, dweight (B, A), dbias (B,): sums over the batch.

    Source: lecture 001, "Fully-Connected Layer (3D input)"; lecture 002, "Composing functions".
    """
    dx = dy @ weight
    dweight = dy.T @ x.reshape(len(x), -1)
    return dx.reshape(x.shape), dweight, dy.sum(axis=0)


def relu(x: Array) -> Array:
    """Keep positive values: max(x, 0), entry by entry.

    Source: lecture 001, "ReLU Layer".
    """
    return np.maximum(x, x.dtype.type(0))


def relu_backward(dy: Array, x: Array) -> Array:
    """Backpropagate through the ReLU: dy where x > 0, else 0 (also at x = 0).

    Source: lecture 001, "ReLU Layer" (subderivative).
    """
    return dy * (x > 0)


def dropout(x: Array, rate: float, uniform: Array, training: bool) -> Array:
    """Switch units off at random while training, and enlarge the others to keep the mean.

    This is inverted dropout, as in torch: nothing is scaled when testing.

    Args:
        x: any shape.
        rate: probability of dropping a unit, 0 <= rate < 1.
        uniform: random numbers from [0, 1) in the shape of ``x``; a unit is dropped where its
            number is below ``rate``.
        training: when False the layer hands ``x`` on.

    Returns:
        Same shape as ``x``; a new array.

    Source: lecture 002, "Dropout"; Srivastava et al., JMLR 15 (2014).
    """
    if not training:
        return x.copy()
    kept = uniform >= rate
    return x * kept / (1.0 - rate)


def dropout_backward(dy: Array, rate: float, uniform: Array, training: bool) -> Array:
    """Backpropagate through ``dropout``: the same units, the same factor."""
    return dropout(dy, rate, uniform, training)
