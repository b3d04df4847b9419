"""A thousand draws of hidden cases for every exercise: no right answer is ever called wrong.

The right answers are those of each room's ``right_answers.py``, written independently of the
reference, and for lesson 01 also those of the made-up class.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cohort
import numpy as np
import pytest

from coursekit.core import registry
from coursekit.core.calling import Printed, local_call
from coursekit.core.judging import judge
from coursekit.core.spec import Exercise

#: Fewer for a quick look: COURSEKIT_SEEDS=50.
SEEDS = int(os.environ.get("COURSEKIT_SEEDS", "1000"))


def independent(exercise: Exercise) -> Callable[..., Any]:
    path = Path(__file__).parents[1] / exercise.room / "right_answers.py"
    spec = importlib.util.spec_from_file_location(f"right_answers_{exercise.room}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, exercise.name)


def of_the_class() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the right answers of the made-up class; those that they call are the first ones."""
    namespace: dict[str, Any] = {}
    exec(cohort.HELPER, namespace)
    for name, answers in cohort.answers().items():
        right = [answer for answer in answers if answer.deserved == cohort.PASSED]
        for answer in right:
            own = dict(namespace)
            exec(answer.source, own)
            yield name, own[name]
        exec(right[0].source, namespace)


def false_failures(exercise: Exercise, function: Callable[..., Any]) -> list[str]:
    found = []
    for seed in range(SEEDS):
        cases = exercise.hidden(np.random.default_rng(seed))
        verdict = judge(exercise, cases, local_call(exercise, function, Printed()))
        if verdict.status != "passed":
            found.append(f"seed {seed}: {verdict.reason}")
    return found


@pytest.mark.parametrize("room", registry.rooms())
def test_no_right_answer_is_called_wrong(room):
    lesson = registry.lesson(room)
    answers = [(exercise.name, independent(exercise)) for exercise in lesson.exercises]
    if room == cohort.ROOM:
        answers += of_the_class()
    by_name = {exercise.name: exercise for exercise in lesson.exercises}
    start, wrong = time.perf_counter(), []
    for name, function in answers:
        wrong += [f"{name}, {what}" for what in false_failures(by_name[name], function)]
    print(f"\n{room}: {len(answers)} right answers x {SEEDS} seeds: {len(wrong)} false failures")
    print(f"  in {time.perf_counter() - start:.0f} s")
    assert wrong == []
