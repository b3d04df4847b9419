"""From scores to a loss: softmax and cross-entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def softmax(scores: Array) -> Array:
    """Turn each row of scores into probabilities: exp(s_k) / sum_j exp(s_j).

    The largest score is subtracted first: the result is the same, and no exp overflows.

    Args:
        scores: (N, K).

    Returns:
        (N, K), every row sums to 1.

    Source: lecture 001, "Softmax Layer".
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def softmax_backward(dy: Array, y: Array) -> Array:
    """Backpropagate through the softmax: dx_j = sum_i dy_i y_i ([i = j] - y_j).

    Args:
        dy: (N, K) gradient with respect to the probabilities.
        y: (N, K) the probabilities.

    Source: lecture 001, "Softmax Layer".
    """
    return np.asarray(y * (dy - (dy * y).sum(axis=1, keepdims=True)))


def softmax_cross_entropy(scores: Array, labels: Array) -> tuple[float, Array]:
    """Compute the mean of -log softmax(scores)[label] over a batch, and its gradient.

    log softmax(s)_k = s_k - max - log sum_j exp(s_j - max): nothing overflows, and no logarithm
    of 0 is taken. The gradient is (softmax(scores) - one-hot) / N.

    Args:
        scores: (N, K), any real numbers.
        labels: (N,) integers in 0..K-1, the true classes.

    Returns:
        The loss, one number, and dscores (N, K).

    Source: lecture 002, "Feedforward Neural Network for Multiclass Classification" (corrected);
    lecture 001, "Softmax Layer".
    """
    n = len(scores)
    shifted = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(axis=1, keepdims=True)
    loss = float((np.log(total[:, 0]) - shifted[np.arange(n), labels]).mean())
    dscores = powers / (total * n)
    dscores[np.arange(n), labels] -= 1.0 / n
    return loss, dscores
