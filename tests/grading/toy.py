"""A small lesson of its own for the grader's tests, and notebooks for it."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.core.spec import Case, Exercise, Lesson, Limits, Misconception
from coursekit.grading import run, tasks
from coursekit.grading.process import Launcher
from coursekit.grading.records import Record
from coursekit.grading.store import Store
from coursekit.grading.submissions import Problem, collect


def scale(x: np.ndarray, factor: float = 2.0) -> np.ndarray:
    """Multiply every value."""
    return np.asarray(x * factor)


def shift(x: np.ndarray) -> np.ndarray:
    """Move every value one place to the right."""
    return np.roll(x, 1)


def accurate(case: Case, value: Any) -> str | None:
    """Judge what a driver gives last, predicted labels, by the share that is right."""
    predicted = value[1]
    if type(predicted) is not np.ndarray or predicted.shape != case.expected.shape:
        return "Predict one label for each row."
    share = float(np.mean(predicted == case.expected))
    return None if share >= 0.9 else f"{share:.0%} of the labels are right; 90% are due."


def _hidden(rng: np.random.Generator) -> list[Case]:
    sizes = rng.integers(2, 9, size=(6, 2))
    return [
        Case(f"random {i}", (rng.normal(size=tuple(size)), float(rng.normal())))
        for i, size in enumerate(sizes)
    ]


def _hidden_shift(rng: np.random.Generator) -> list[Case]:
    return [Case(f"random {i}", (rng.normal(size=5 + i),)) for i in range(4)]


SCALE = Exercise(
    id="toy.scale",
    reference=scale,
    visible=(
        Case("by two", (np.arange(6.0).reshape(2, 3),)),
        Case("by three", (np.array([1.0, -1.0]), 3.0)),
    ),
    hidden=_hidden,
    misconceptions=(
        Misconception("adds", lambda x, factor=2.0: x + factor, "This adds the factor."),
    ),
    hints=("Multiply.", "Use *."),
    limits=Limits(seconds=2.0, memory_mb=256),
)
SHIFT = Exercise(
    id="toy.shift",
    reference=shift,
    visible=(Case("four", (np.arange(4.0),)),),
    hidden=_hidden_shift,
    misconceptions=(Misconception("left", lambda x: np.roll(x, -1), "This moves to the left."),),
    hints=("Roll.", "Use np.roll."),
    points=2,
    limits=Limits(seconds=2.0, memory_mb=256),
)
LESSON = Lesson(99, "toy", "Toy", "99_toy.ipynb", (SCALE, SHIFT))

IMPORTS = "import numpy as np\nimport coursekit as ck"
RIGHT_SCALE = '@ck.exercise("toy.scale")\ndef scale(x, factor=2.0):\n    return x * factor'
RIGHT_SHIFT = '@ck.exercise("toy.shift")\ndef shift(x):\n    return np.roll(x, 1)'
STUB_SCALE = '@ck.exercise("toy.scale")\ndef scale(x, factor=2.0):\n    raise NotImplementedError'
STUB_SHIFT = '@ck.exercise("toy.shift")\ndef shift(x):\n    raise NotImplementedError'


def notebook(*sources: str) -> dict[str, Any]:
    """Return a notebook with these code cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source.splitlines(keepends=True),
        }
        for number, source in enumerate(sources)
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def hand_in(folder: Path, student: str, sources: Sequence[str], name: str = "99_toy.ipynb") -> Path:
    """Write a student's notebook into a folder of submissions, as Jupyter writes it."""
    path = folder / student / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(*sources), indent=1, sort_keys=True), encoding="utf-8")
    return path


def grade_folder(
    folder: Path, launcher: Launcher, secret: bytes = b"secret"
) -> tuple[list[Record], list[Problem]]:
    """Grade a folder of submissions in this process, without keeping anything."""
    found, problems = collect(folder)
    store = Store(Path(":memory:"))
    job = run.Run(found, store)
    job.grade(functools.partial(tasks.run_here, launcher=launcher, secret=secret))
    store.close()
    return job.records, [*problems, *job.problems]
