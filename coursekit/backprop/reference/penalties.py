"""Penalties on large weights: L1, L2 and the elastic net."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def l1_penalty(w: Array) -> float:
    """Add up the absolute weights. Source: lecture 002, "Parameter Norm Penalties"."""
    return float(np.abs(w).sum())


def l2_penalty(w: Array) -> float:
    """Add up the squared weights. Source: lecture 002, "Parameter Norm Penalties"."""
    return float((w**2).sum())


def elastic_net(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    """Compute the penalty l1 sum|w| + l2 sum w^2 and its gradient.

    Args:
        w: weights of any shape; every entry counts.
        l1: strength of the absolute part.
        l2: strength of the squared part.

    Returns:
        The penalty, one number, and its gradient in the shape of ``w``; |w| has the subgradient 0
        at w = 0.

    Source: lecture 002, "Parameter Norm Penalties".
    """
    penalty = l1 * np.abs(w).sum() + l2 * (w**2).sum()
    return float(penalty), l1 * np.sign(w) + 2.0 * l2 * w
