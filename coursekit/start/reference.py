"""Lesson 00, the mathematics."""

from __future__ import annotations

from typing import Any

import numpy as np


def relu(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Replace negative values by zero: relu(x) = max(x, 0), entry by entry.

    Args:
        x: array of any shape.

    Returns:
        A new array of the same shape and dtype.

    Source: lecture 001, "ReLU Layer"; lecture 004, "Activation Functions".
    """
    return np.maximum(x, 0)
