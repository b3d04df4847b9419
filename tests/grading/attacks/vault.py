"""A lesson whose hidden cases are full of canaries: strings and numbers that must never be found.

canary-reference stands here so that reading this file from a student's process is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from coursekit.core.spec import Case, Exercise, Lesson, Limits, Misconception

#: Every canary that is text begins like this.
CANARY = "canary-"


def scale(x: np.ndarray, factor: float = 2.0) -> np.ndarray:
    """Multiply every value."""
    return np.asarray(x * factor)


def shift(x: np.ndarray) -> np.ndarray:
    """Move every value one place to the right."""
    return np.roll(x, 1)


def greet(name: str) -> dict[str, Any]:
    """Say hello backwards."""
    return {"text": f"hello {name[::-1]}", "length": len(name)}


def _text(rng: np.random.Generator) -> str:
    return CANARY + rng.bytes(12).hex()


def _hidden_scale(rng: np.random.Generator) -> list[Case]:
    sizes = rng.integers(4, 9, size=(4, 2))
    return [Case(_text(rng), (rng.normal(size=tuple(s)), float(rng.normal()))) for s in sizes]


def _hidden_shift(rng: np.random.Generator) -> list[Case]:
    return [Case(_text(rng), (rng.normal(size=20 + i),)) for i in range(3)]


def _hidden_greet(rng: np.random.Generator) -> list[Case]:
    return [Case(_text(rng), (_text(rng),)) for _ in range(3)]


SCALE = Exercise(
    id="vault.scale",
    reference=scale,
    visible=(
        Case("by two", (np.arange(6.0).reshape(2, 3),)),
        Case("by three", (np.array([1.0, -1.0]), 3.0)),
    ),
    hidden=_hidden_scale,
    misconceptions=(
        Misconception("adds", lambda x, factor=2.0: x + factor, "This adds the factor."),
    ),
    hints=("Multiply.", "Use *."),
)
SHIFT = Exercise(
    id="vault.shift",
    reference=shift,
    visible=(Case("four", (np.arange(4.0),)),),
    hidden=_hidden_shift,
    misconceptions=(Misconception("left", lambda x: np.roll(x, -1), "This moves to the left."),),
    hints=("Roll.", "Use np.roll."),
    points=2,
)
GREET = Exercise(
    id="vault.greet",
    reference=greet,
    visible=(Case("ada", ("ada",)),),
    hidden=_hidden_greet,
    misconceptions=(
        Misconception("forwards", lambda name: {"text": f"hello {name}", "length": 3}, "Turn it."),
    ),
    hints=("Backwards.", "Use [::-1]."),
    points=3,
)
EXERCISES = (SCALE, SHIFT, GREET)


def lesson(seconds: float) -> Lesson:
    """Return the lesson with so many seconds for a case."""
    limits = Limits(seconds=seconds, memory_mb=256)
    timed = tuple(replace(exercise, limits=limits) for exercise in EXERCISES)
    return Lesson(98, "vault", "Vault", NOTEBOOK, timed)


NOTEBOOK = "98_vault.ipynb"

IMPORTS = "import numpy as np\nimport coursekit as ck\n"
RIGHT = {
    "vault.scale": (
        '@ck.exercise("vault.scale")\ndef scale(x, factor=2.0):\n    return x * factor\n'
    ),
    "vault.shift": '@ck.exercise("vault.shift")\ndef shift(x):\n    return np.roll(x, 1)\n',
    "vault.greet": (
        '@ck.exercise("vault.greet")\ndef greet(name):\n'
        '    return {"text": f"hello {name[::-1]}", "length": len(name)}\n'
    ),
}


@dataclass(frozen=True)
class Canaries:
    """What one student's hidden cases hold: labels, inputs and answers, as bytes and as text."""

    labels: frozenset[bytes]
    inputs: frozenset[bytes]
    answers: frozenset[bytes]
    texts: frozenset[bytes]


def canaries(cases: Mapping[str, Sequence[Case]]) -> Canaries:
    """Return the canaries in hidden cases, given by exercise id."""
    labels, inputs, answers, texts = set[bytes](), set[bytes](), set[bytes](), set[bytes]()
    for exercise in EXERCISES:
        for case in cases[exercise.id]:
            given, due = case.args[0], exercise.expect(case)
            due = due["text"] if isinstance(due, dict) else due
            labels.add(case.label.encode())
            inputs.add(_bytes(given))
            answers.add(_bytes(due))
            texts |= _texts(given) | _texts(due)
    return Canaries(*map(frozenset, (labels, inputs, answers, texts | labels)))


def _bytes(value: Any) -> bytes:
    """The value as it lies in memory; of an array the first two numbers: 104 random bits."""
    return value.encode() if isinstance(value, str) else np.ravel(value)[:2].tobytes()


def _texts(value: Any) -> set[bytes]:
    if isinstance(value, str):
        return {value.encode()}
    return {repr(float(number))[:12].encode() for number in np.ravel(value)[:3]}
