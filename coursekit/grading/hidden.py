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
    """Draw a student's hidden cases; the same secret gives the same cases again.

    Under a boundary the student's number stands for one of some draws. A process without a boundary
    may tell its cases to others: there every student has their own.
    """
    return _draw(secret, _place(secret, student, exercise, isolation), exercise)


def prepared(secret: bytes, student: str, exercise: Exercise, isolation: str) -> Prepared | None:
    """Return a student's hidden cases with their answers; ``None`` if the exercise has none."""
    place, kept = _place(secret, student, exercise, isolation), _kept(exercise)
    if (secret, place) in kept:
        return kept[secret, place]
    cases = _draw(secret, place, exercise)
    made = prepare(exercise, cases) if cases else None
    if made is None or len(made.frames) <= _LARGEST:
        if len(kept) == DRAWS:
            del kept[next(iter(kept))]
        kept[secret, place] = made
    return made


def _place(secret: bytes, student: str, exercise: Exercise, isolation: str) -> int:
    number = _number(secret, student, exercise.id)
    return number if isolation == "process" else number % DRAWS


def _draw(secret: bytes, place: int, exercise: Exercise) -> Sequence[Case]:
    return exercise.hidden(np.random.default_rng(_number(secret, place, exercise.id)))


def _number(secret: bytes, *what: str | int) -> int:
    """Turn a text or a number into a number that nobody can foretell without the secret."""
    return int.from_bytes(hmac.digest(secret, json.dumps(what).encode(), "sha256"), "big")


@once
def _kept(exercise: Exercise) -> dict[tuple[bytes, int], Prepared | None]:
    return {}
