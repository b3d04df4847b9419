"""Six students' notebooks of lesson 02: the check in the notebook and the grader say the same.

One file for each student, in the format of ``tests/grading/students``; ``expected.json`` beside
them says what each exercise deserves.
"""

from __future__ import annotations

import json
import re
import sys
import types
from pathlib import Path

import matplotlib
import pytest

from coursekit.core import registry
from coursekit.grading.notebooks import grade_notebook

FOLDER = Path(__file__).parent / "students"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
LESSON = registry.lesson("backprop")

_CELL = re.compile(r"^# %%(?P<kind> \[markdown\])?\n", re.MULTILINE)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # students overflow
each_student = pytest.mark.parametrize("name", NAMES)


def code(name):
    """The sources of a student's code cells."""
    parts = _CELL.split((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    return [text.strip() for kind, text in zip(parts[1::2], parts[2::2], strict=True) if not kind]


def expected(name):
    """What a student's exercises deserve: exercise id -> (status, misconception or "")."""
    table = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    return {f"backprop.{key}": tuple(value) for key, value in table[name].items()}


def write_notebook(folder, sources):
    """Write code cells as the lesson's notebook."""
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
    path = folder / LESSON.notebook
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def in_the_lesson(name):
    """The student's cells in the lesson's own notebook, before what follows each exercise."""
    path = Path(__file__).parents[2] / "notebooks" / LESSON.notebook
    own = code(name)
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and "@ck.exercise(" not in source:
            own.append(source)
    return own


def verdicts(records):
    return {record.exercise: (record.status, record.misconception) for record in records}


def test_there_are_six_students_with_all_exercises():
    assert len(NAMES) == 6
    for name in NAMES:
        assert sorted(expected(name)) == sorted(exercise.id for exercise in LESSON.exercises)


@each_student
def test_the_check_in_the_notebook_says_what_the_work_deserves(name, monkeypatch):
    matplotlib.use("agg")
    module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    for number, source in enumerate(code(name)):
        exec(compile(source, f"<{name}, cell {number}>", "exec"), vars(module))
    found = {}
    for exercise in LESSON.exercises:
        verdict = vars(module)[exercise.name].check().verdict
        mistake = verdict.misconception.name if verdict.misconception else ""
        found[exercise.id] = verdict.status, mistake
    assert found == expected(name)


@each_student
def test_the_grader_agrees(name, tmp_path):
    assert verdicts(grade_notebook(write_notebook(tmp_path, code(name)))) == expected(name)


@each_student
def test_the_lessons_own_cells_around_the_answers_change_nothing(name, tmp_path):
    assert verdicts(grade_notebook(write_notebook(tmp_path, in_the_lesson(name)))) == expected(name)
