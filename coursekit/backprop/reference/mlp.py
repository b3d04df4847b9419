"""The three-layer network of lecture 004 and its sensitivities."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def sigmoid(z: Array) -> Array:
    """Squash every entry into (0, 1): f(z) = 1 / (1 + exp(-z)), with f' = f (1 - f)."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))  # the same function; exp(-z) can overflow


def mlp_forward(x: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
    """Run one pattern through the network: y = f(W1 x + b1), z = f(W2 y + b2), f the sigmoid.

    Args:
        x: (d,) the input.
        W1: (n_H, d) input-to-hidden weights w_ji; b1: (n_H,) their bias units w_j0.
        W2: (c, n_H) hidden-to-output weights w_kj; b2: (c,).

    Returns:
        y (n_H,) and z (c,), the outputs of the hidden and of the output units.

    Source: lecture 004, "3-Layer Neural Network Structure".
    """
    y = sigmoid(W1 @ x + b1)
    return y, sigmoid(W2 @ y + b2)


def mlp_sensitivities(
    x: Array, t: Array, W1: Array, b1: Array, W2: Array, b2: Array
) -> dict[str, Array]:
    """Backpropagate J = 1/2 ||t - z||^2 of one pattern through the network of lecture 004.

    A sensitivity is delta = -dJ/dnet, for hidden and for output units alike: delta_k = (t_k - z_k)
    f'(net_k) and delta_j = f'(net_j) sum_k w_kj delta_k. The gradients follow with a minus sign;
    the sigmoid's f'(net) is f(net) (1 - f(net)).

    Args:
        x: (d,) the input; t: (c,) the target.
        W1: (n_H, d); b1: (n_H,); W2: (c, n_H); b2: (c,).

    Returns:
        ``delta_k`` (c,), ``delta_j`` (n_H,), and the gradients dJ/dW1, dJ/db1, dJ/dW2, dJ/db2 under
        the keys ``W1``, ``b1``, ``W2``, ``b2``, each in the shape of its parameter.

    Source: lecture 004, "Network Learning by BP" (with the sign of delta_j corrected).
    """
    y = 1.0 / (1.0 + np.exp(-(W1 @ x + b1)))
    z = 1.0 / (1.0 + np.exp(-(W2 @ y + b2)))
    delta_k = (t - z) * z * (1.0 - z)
    delta_j = y * (1.0 - y) * (W2.T @ delta_k)
    return {
        "delta_k": delta_k,
        "delta_j": delta_j,
        "W1": -np.outer(delta_j, x),
        "b1": -delta_j,
        "W2": -np.outer(delta_k, y),
        "b2": -delta_k,
    }
