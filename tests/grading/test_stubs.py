"""A stub that is as the course gives it needs no process; whatever else a stub may do is tried."""

from __future__ import annotations

from pathlib import Path

import pytest
import toy

from coursekit.core import registry
from coursekit.grading import names
from coursekit.grading.notebook import Cell
from coursekit.grading.notebooks import grade_lesson, read

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

#: How a stub may differ from what the course gives, as text to replace in it.
TOUCHED = {
    "another parameter": ("(x, factor", "(y, factor"),
    "no default": ("factor=2.0", "factor"),
    "another default": ("factor=2.0", "factor=3.0"),
    "a computed default": ("factor=2.0", "factor=1 / 0"),
    "one parameter more": ("factor=2.0", "factor=2.0, *, more=1"),
    "an annotation": ("(x, ", "(x: 1 / 0, "),
    "a coroutine": ("def scale", "async def scale"),
    "a decorator below": ("def scale", "@staticmethod\ndef scale"),
    "a text": ("NotImplementedError", "NotImplementedError('not yet')"),
    "a cause": ("NotImplementedError", "NotImplementedError from 1 / 0"),
    "another exception": ("NotImplementedError", "ValueError"),
    "a statement": ("    raise", "    x = 2\n    raise"),
}


def untouched(*sources: str) -> bool:
    code = names.analyse([Cell(n, source) for n, source in enumerate(sources, 1)])
    return names.find(code, toy.SCALE).untouched


def test_a_stub_as_the_course_gives_it_is_untouched() -> None:
    assert untouched("import numpy as np", toy.STUB_SCALE, "scale.check()")
    assert untouched(toy.STUB_SCALE.replace("    raise", '    """Scale."""\n    raise'))


@pytest.mark.parametrize(("old", "new"), TOUCHED.values(), ids=TOUCHED)
def test_a_stub_that_may_do_something_is_not(old: str, new: str) -> None:
    assert old in toy.STUB_SCALE
    assert not untouched(toy.STUB_SCALE.replace(old, new))


@pytest.mark.parametrize(
    "other",
    ["NotImplementedError = ValueError", "from math import *\nNotImplementedError = float"],
)
def test_what_the_notebook_calls_by_the_name_of_the_exception_counts(other: str) -> None:
    assert not untouched(other, toy.STUB_SCALE)


@pytest.mark.parametrize("lesson", registry.lessons(), ids=lambda lesson: lesson.room)
def test_all_exercises_of_a_new_notebook_are_untouched(lesson) -> None:
    code = read(NOTEBOOKS / lesson.notebook).code
    assert all(names.find(code, exercise).untouched for exercise in lesson.exercises)


def test_an_untouched_exercise_starts_no_process() -> None:
    class Nobody:
        isolation = "process"

        def start(self, *_: object) -> None:
            raise AssertionError("nothing is to be run")

    def reason(source: str) -> str:
        code = names.analyse([Cell(1, source)])
        (record,) = grade_lesson("ada", code, [toy.SCALE], lambda _: None, Nobody())
        assert (record.status, record.points, record.isolation) == ("not_attempted", 0, "process")
        return record.reason

    assert reason(toy.STUB_SCALE) == "`scale` is not written yet."
    unmarked = reason(toy.STUB_SCALE.split("\n", 1)[1])
    assert unmarked.startswith("`scale` is not written yet. The line @ck.exercise(")
