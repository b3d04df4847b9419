"""Draws the cases that students do not see: the key of the run and the student's name decide."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence

import numpy as np

from coursekit.core.spec import Case, Exercise
from coursekit.grading.cases import Prepared, once, prepare

#: So many draws of an exercise serve a class, where nothing can get out of a student's process.
DRAWS = 32
#: Draws are kept up to this size of their calls in bytes.
_LARGEST = 1 << 18


def draw(secret: bytes, student: str, exercise: Exercise, isolation: str) -> Sequence[Case]:
    """Draw a student's hidden cases; the same secret gives the same cases again."""
    return _draw(_seed(secret, student, exercise, isolation), exercise)


def prepared(secret: bytes, student: str, exercise: Exercise, isolation: str) -> Prepared | None:
    """Return a student's hidden cases with their answers; ``None`` if the exercise has none."""
    seed, kept = _seed(secret, student, exercise, isolation), _kept(exercise)
    if seed in kept:
        return kept[seed]
    cases = _draw(seed, exercise)
    made = prepare(exercise, cases) if cases else None
    if made is None or len(made.frames) <= _LARGEST:
        if len(kept) == DRAWS:
            del kept[next(iter(kept))]
        kept[seed] = made
    return made


def _seed(secret: bytes, student: str, exercise: Exercise, isolation: str) -> int:
    """Return the student's own seed, or with a boundary the one of the draws that it stands for.

    A process without a boundary may tell its cases to others: there every student has their own.
    """
    own = _number(secret, student, exercise.id)
    return own if isolation == "process" else _number(secret, own % DRAWS, exercise.id)


def _number(secret: bytes, *what: str | int) -> int:
    return int.from_bytes(hmac.digest(secret, json.dumps(what).encode(), "sha256"), "big")


def _draw(seed: int, exercise: Exercise) -> Sequence[Case]:
    return exercise.hidden(np.random.default_rng(seed))


@once
def _kept(exercise: Exercise) -> dict[int, Prepared | None]:
    return {}
