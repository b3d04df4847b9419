"""Lesson 00, the one toy exercise: how checks work."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.core.spec import Case, Exercise, Lesson, Misconception
from coursekit.start.reference import relu

Array = np.ndarray[Any, Any]


def _arrays(rng: np.random.Generator) -> list[Case]:
    return [
        Case("random vector", (3 * rng.normal(size=int(rng.integers(5, 12))),)),
        Case("random table", (3 * rng.normal(size=(4, 5)),)),
        Case("random, three axes", (3 * rng.normal(size=(2, 3, 4)),)),
    ]


def _in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


RELU = Exercise(
    id="start.relu",
    reference=relu,
    visible=(
        Case(
            "negative, zero, positive (001)", (np.array([-2.0, 0, 3]),), {}, np.array([0.0, 0, 3])
        ),
        Case("a table", (np.array([[-1.5, 0.5], [2.0, -0.25]]),)),
        Case("all negative", (np.array([-3.0, -0.1]),)),
        Case("values above 1", (np.array([0.5, 4.0, 25.0]),)),
    ),
    hidden=_arrays,
    misconceptions=(
        Misconception(
            "nothing done",
            lambda x: x.copy(),
            "Your function returns its input unchanged: negative values must become 0.",
        ),
        Misconception(
            "absolute value",
            np.abs,
            "You take the absolute value: −2 becomes 2. ReLU turns every negative value into 0.",
        ),
        Misconception(
            "minimum",
            lambda x: np.minimum(x, 0),
            "You keep the negative part. It is the other way round: the larger of x and 0.",
        ),
        Misconception(
            "derivative",
            lambda x: (x > 0).astype(x.dtype),
            "You return 1 where x is positive: that is the derivative of ReLU. ReLU itself keeps "
            "the positive value.",
        ),
        Misconception(
            "leaky",
            lambda x: np.where(x > 0, x, 0.01 * x),
            "Negative values keep a small slope: that is the leaky ReLU. Here they become 0.",
        ),
        Misconception(
            "clipped at 1",
            lambda x: np.clip(x, 0, 1),
            "You cut the values off at 1 as well; ReLU has no upper end.",
        ),
        Misconception(
            "softplus",
            lambda x: np.log1p(np.exp(x)),
            "This is softplus, log(1 + exp(x)): a smooth relative of ReLU that is never exactly 0.",
        ),
        Misconception(
            "in place",
            _in_place,
            "The values are right, but you overwrite the caller's array. Return a new array.",
        ),
    ),
    hints=(
        "Look at one number first: what should come out for −2, and what for 3? NumPy has a "
        "function that takes the larger of two values, entry by entry.",
        "Compare every entry with 0 and keep the larger one. np.max finds one largest value of a "
        "whole array; you want the function that compares two arrays entry by entry.",
    ),
)

LESSON = Lesson(
    number=0,
    room="start",
    title="Start here",
    notebook="00_start_here.ipynb",
    exercises=(RELU,),
)
