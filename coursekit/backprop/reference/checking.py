"""Gradient checking: derivatives from differences of the function itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def numerical_gradient(f: Callable[[Array], Any], x: Array, eps: float = 1e-6) -> Array:
    """Estimate the gradient of f at x by central differences.

    g_i = (f(x + eps e_i) - f(x - eps e_i)) / (2 eps), one coordinate after the other.

    Args:
        f: takes an array in the shape of ``x``, returns one number.
        x: any shape; integers are read as floating-point numbers.
        eps: half the distance between the two points.

    Returns:
        (shape of x) the estimates, with an error that shrinks like eps^2 until rounding (about
        1e-16 |f| / eps) takes over.

    Source: lecture 004, "Efficient Gradient Calculation"; any book on numerical differentiation.
    """
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above, below = x.astype(float), x.astype(float)
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


def relative_difference(got: Array, expected: Array) -> float:
    """Largest difference, measured against the largest expected value."""
    scale = max(float(np.abs(expected).max(initial=0.0)), 1e-300)
    return float(np.abs(got - expected).max(initial=0.0)) / scale
