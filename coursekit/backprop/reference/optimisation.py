"""Steps downhill: stochastic gradient descent with momentum and weight decay."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def sgd_momentum_step(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    """Take one step downhill, in torch's convention.

    g = grad + weight_decay w; velocity <- momentum velocity + g; w <- w - lr velocity.

    Args:
        w: parameters, any shape.
        grad: gradient of the loss, same shape.
        velocity: running sum of past gradients, same shape; zeros at the start.
        lr: learning rate eta.
        momentum: share of the velocity that is kept, 0 for plain gradient descent.
        weight_decay: strength of the L2 penalty; w / 2 · weight_decay · w is added to the loss.

    Returns:
        The new w and the new velocity; the arguments stay as they are.

    Source: lecture 004, "Training Neural Networks / Estimating Weights"; lecture 001,
    "Optimization Method"; Sutskever et al., ICML 2013.
    """
    velocity = momentum * velocity + (grad + weight_decay * w)
    return w - lr * velocity, velocity


def descend_quadratic(a: float, eta: float, start: float, steps: int) -> Array:
    """Follow gradient descent on J(x) = a x^2 / 2: x <- x - eta a x.

    Args:
        a: curvature; the best learning rate is eta_opt = 1 / a, the limit of stability 2 / a.
        eta: learning rate.
        start: first x.
        steps: number of updates.

    Returns:
        (steps + 1,) the visited x, the start first.

    Source: lecture 004, "Practical Considerations: Learning Rate" (figure 6.18).
    """
    return np.asarray(start * (1.0 - eta * a) ** np.arange(steps + 1))
