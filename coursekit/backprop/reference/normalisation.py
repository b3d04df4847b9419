"""Batch normalisation, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def batch_norm(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Give each channel mean beta and standard deviation gamma, in torch's conventions.

    y = gamma (x - mean) / sqrt(var + eps) + beta, computed as one factor and one summand for each
    channel. Training takes mean and variance of the batch (the biased variance, divided by the
    number of values M) and moves the running averages, with the unbiased variance (M - 1):
    running <- (1 - momentum) running + momentum new. Testing takes the running averages.

    Args:
        x: (N, C) or (N, C, H, W); statistics are over all axes but the second.
        gamma, beta: (C,) learned scale and shift.
        running_mean, running_var: (C,).
        training: whether to use, and learn from, this batch.
        momentum: share of the new statistics.
        eps: added to the variance, under the root.

    Returns:
        y in the shape of ``x``, and the new running mean and variance.

    Raises:
        ValueError: when training on a single value per channel.

    Source: Ioffe and Szegedy, ICML 2015; lecture 003 (batch normalisation against vanishing).
    """
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    count = x.size // x.shape[1]
    mean, var = running_mean.copy(), running_var.copy()
    if training:
        if count < 2:
            raise ValueError("batch norm needs at least two values per channel while training")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * unbiased
    scale = gamma / np.sqrt(var + eps)
    shift = beta - scale * mean
    shape = (1, -1, *[1] * (x.ndim - 2))
    y = x * scale.reshape(shape)
    y += shift.reshape(shape)
    return y, running_mean.copy(), running_var.copy()


def batch_norm_backward(
    dy: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Backpropagate through ``batch_norm`` in training.

    Mean and variance depend on every x of the channel. With x^ = (x - mean) / sqrt(var + eps):

        dbeta = sum dy,   dgamma = sum dy x^
        dx = gamma / sqrt(var + eps) (dy - dbeta / M - x^ dgamma / M)

    which is, channel by channel, one factor for dy, one for x and a constant.

    Args:
        dy: gradient of the loss with respect to y, in the shape of ``x``.
        x: (N, C) or (N, C, H, W), the batch.
        gamma: (C,).
        eps: as in the forward pass.

    Returns:
        dx in the shape of ``x``, dgamma (C,), dbeta (C,).

    Source: Ioffe and Szegedy, ICML 2015, section 3.
    """
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    shape = (1, -1, *[1] * (x.ndim - 2))
    count = x.size // x.shape[1]
    mean, root = x.mean(axis=axes), np.sqrt(x.var(axis=axes) + eps)
    centred = x - mean.reshape(shape)
    dbeta = dy.sum(axis=axes)
    dgamma = (dy * centred).sum(axis=axes) / root
    factor = gamma / root
    dx = centred * (-factor * dgamma / (root * count)).reshape(shape)
    dx += dy * factor.reshape(shape)
    dx -= (factor * dbeta / count).reshape(shape)
    return dx, dgamma, dbeta
