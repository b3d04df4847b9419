"""Batch normalisation, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution.reference.groups import in_groups

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
    the running averages. No channel depends on another: some at a time stay in the cache.

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
    if not training:
        rows = x.reshape(*x.shape[:2], -1)  # (N, C, H W): a channel's pixels side by side
        y = (rows - running_mean[:, None]) * (gamma / np.sqrt(running_var + eps))[:, None]
        y += beta[:, None]
        return y.reshape(x.shape), running_mean.copy(), running_var.copy()
    y, count = np.empty(x.shape, np.result_type(x, 1.0)), x.size // x.shape[1]
    if count < 2:
        raise ValueError("batch norm needs at least two values per channel while training")
    mean, var = np.empty((2, x.shape[1]), y.dtype)

    def normalise(few: slice) -> None:
        mean[few], centred, var[few] = channel_statistics(channel_rows(x, few))
        centred *= (gamma[few] / np.sqrt(var[few] + eps))[:, None]
        centred += beta[few, None]
        set_channels(y, few, centred)

    in_groups(normalise, len(mean), count)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var * (count / (count - 1))
    return y, running_mean, running_var


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
    dx, count = np.empty(x.shape, np.result_type(x, 1.0)), x.size // x.shape[1]
    dgamma, dbeta = np.empty((2, x.shape[1]), dx.dtype)

    def backpropagate(few: slice) -> None:
        drows = channel_rows(dy, few)
        _, centred, var = channel_statistics(channel_rows(x, few))
        root = np.sqrt(var + eps)
        dbeta[few] = drows.sum(axis=1)
        dgamma[few] = np.vecdot(drows, centred) / root
        centred *= (-dgamma[few] / (count * root))[:, None]  # becomes dx, term by term, in place
        centred += drows
        centred -= (dbeta[few] / count)[:, None]
        centred *= (gamma[few] / root)[:, None]
        set_channels(dx, few, centred)

    in_groups(backpropagate, len(dgamma), count)
    return dx, dgamma, dbeta


def channel_rows(x: Array, few: slice) -> Array:
    """Return some channels of (N, C, ...) as a matrix with a row for each; not to be written to."""
    some = x[:, few].swapaxes(0, 1)
    return some.reshape(len(some), -1)


def set_channels(x: Array, few: slice, rows: Array) -> None:
    """Write rows back to where ``channel_rows`` reads them."""
    some = x[:, few].swapaxes(0, 1)
    some[...] = rows.reshape(some.shape)


def channel_statistics(rows: Array) -> tuple[Array, Array, Array]:
    """Find mean (C,), rows - mean (C, M) and biased variance (C,) of (C, M) channels."""
    mean = rows.sum(axis=1) / rows.shape[1]
    centred = rows - mean[:, None]
    return mean, centred, np.vecdot(centred, centred) / rows.shape[1]
