"""Random weights of the right size. He and Kaiming initialisation are two names of one method."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count a unit's inputs and outputs: of (out, in) or (out, in, rows, columns) weights."""
    cells = math.prod(shape[2:])
    return shape[1] * cells, shape[0] * cells


def xavier(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Draw weights with variance 2 / (fan_in + fan_out), for tanh and sigmoid units.

    Source: Glorot and Bengio, AISTATS 2010; lecture 003.
    """
    return rng.normal(scale=math.sqrt(2.0 / sum(fans(shape))), size=shape)


def he(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Draw weights with variance 2 / fan_in, for ReLU units, which lose half of the variance.

    Source: He, Zhang, Ren, Sun, ICCV 2015; lecture 003.
    """
    return rng.normal(scale=math.sqrt(2.0 / fans(shape)[0]), size=shape)
