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

    y = gamma (x - mean) / sqrt(var + eps) + beta. Training takes mean and variance of the batch
    (the biased variance, divided by the number of values M) and moves the running averages, with
    the unbiased variance (M - 1): running <- (1 - momentum) running + momentum new. Testing takes
    the running averages.

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
    rows = x.reshape(*x.shape[:2], -1)  # (N, C, H W): a channel's pixels side by side
    count = rows.shape[0] * rows.shape[2]
    if not training:
        y = (rows - running_mean[:, None]) * (gamma / np.sqrt(running_var + eps))[:, None]
        y += beta[:, None]
        return y.reshape(x.shape), running_mean.copy(), running_var.copy()
    if count < 2:
        raise ValueError("batch norm needs at least two values per channel while training")
    mean, centred, var = channel_statistics(rows)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var * (count / (count - 1))
    centred *= (gamma / np.sqrt(var + eps))[:, None]
    centred += beta[:, None]
    return centred.reshape(x.shape), running_mean, running_var


def batch_norm_backward(
    dy: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Backpropagate through ``batch_norm`` in training.

    Mean and variance depend on every x of the channel. With x^ = (x - mean) / sqrt(var + eps):

        dbeta = sum dy,   dgamma = sum dy x^
        dx = gamma / sqrt(var + eps) (dy - dbeta / M - x^ dgamma / M)

    Args:
        dy: gradient of the loss with respect to y, in the shape of ``x``.
        x: (N, C) or (N, C, H, W), the batch.
        gamma: (C,).
        eps: as in the forward pass.

    Returns:
        dx in the shape of ``x``, dgamma (C,), dbeta (C,).

    Source: Ioffe and Szegedy, ICML 2015, section 3.
    """
    rows, drows = x.reshape(*x.shape[:2], -1), dy.reshape(*x.shape[:2], -1)
    count = rows.shape[0] * rows.shape[2]
    _, centred, var = channel_statistics(rows)
    root = np.sqrt(var + eps)
    dbeta = drows.sum(axis=2).sum(axis=0)
    dgamma = np.vecdot(drows, centred).sum(axis=0) / root
    centred *= (-dgamma / (count * root))[:, None]  # becomes dx, term by term, in place
    centred += drows
    centred -= (dbeta / count)[:, None]
    centred *= (gamma / root)[:, None]
    return centred.reshape(x.shape), dgamma, dbeta


def channel_statistics(rows: Array) -> tuple[Array, Array, Array]:
    """Find mean (C,), rows - mean (N, C, L) and biased variance (C,) of (N, C, L) channels."""
    count = rows.shape[0] * rows.shape[2]
    mean = rows.sum(axis=2).sum(axis=0) / count
    centred = rows - mean[:, None]
    return mean, centred, np.vecdot(centred, centred).sum(axis=0) / count
