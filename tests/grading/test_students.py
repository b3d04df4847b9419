"""Six students' notebooks: the check in the notebook and the grader say the same, and are right."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import matplotlib
import pytest
import students
import toy

from coursekit.core import registry
from coursekit.grading.notebooks import grade_notebook
from coursekit.grading.process import PlainLauncher
from coursekit.grading.records import Record

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_convolution.ipynb"

Verdicts = dict[str, tuple[str, str]]

each_student = pytest.mark.parametrize("name", students.NAMES)


def verdicts(records: list[Record]) -> Verdicts:
    return {record.exercise: (record.status, record.misconception) for record in records}


def check_in_the_notebook(name: str, monkeypatch: pytest.MonkeyPatch) -> Verdicts:
    """Run all of a student's cells, as Run All does, then every check."""
    matplotlib.use("agg")
    module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    for number, source in enumerate(students.code(name)):
        exec(compile(source, f"<{name}, cell {number}>", "exec"), vars(module))
    found = {}
    for exercise in registry.lesson("convolution").exercises:
        verdict = vars(module)[exercise.name].check().verdict
        mistake = verdict.misconception.name if verdict.misconception else ""
        found[exercise.id] = verdict.status, mistake
    return found


def test_there_are_six_students_with_all_exercises() -> None:
    ids = [exercise.id for exercise in registry.lesson("convolution").exercises]
    assert len(students.NAMES) == 6
    for name in students.NAMES:
        assert list(students.expected(name)) == ids


@each_student
def test_the_check_in_the_notebook_says_what_the_work_deserves(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_in_the_notebook(name, monkeypatch) == students.expected(name)


@each_student
def test_the_grader_agrees_on_the_visible_cases(name: str, tmp_path: Path) -> None:
    records = grade_notebook(students.hand_in(tmp_path, name))
    assert verdicts(records) == students.expected(name)


@each_student
def test_demonstrations_around_the_answers_change_nothing(name: str, tmp_path: Path) -> None:
    records = grade_notebook(students.hand_in(tmp_path, name, NOTEBOOK))
    assert verdicts(records) == students.expected(name)


def test_a_run_with_hidden_cases_gives_every_student_the_same_and_the_points(
    tmp_path: Path,
) -> None:
    for name in students.NAMES:
        students.hand_in(tmp_path, name)
    records, problems = toy.grade_folder(tmp_path, PlainLauncher())
    assert problems == []
    for name in students.NAMES:
        own = [record for record in records if record.student == name]
        assert verdicts(own) == students.expected(name)
        for record in own:
            passed = record.status == "passed"
            assert record.points == (record.max_points if passed else 0)
            assert bool(record.explanation) == bool(record.misconception)
