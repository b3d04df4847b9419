"""What a run leaves behind: one record for each student and exercise, as JSON and as a table."""

from __future__ import annotations

import builtins
import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from coursekit.core.judging import PASSED, CaseResult, Verdict
from coursekit.core.spec import Exercise
from coursekit.grading.submissions import Problem

MISSING = "missing"

#: Spreadsheets run what starts with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

_HIDDEN = {
    "type": "returns a value of the wrong type",
    "length": "returns the wrong number of items",
    "shape": "returns the wrong shape",
    "dtype": "returns the wrong dtype",
    "nan": "returns NaN",
    "value": "returns wrong values",
}


@dataclass(frozen=True)
class Record:
    """The outcome of one exercise for one student.

    ``points`` is ``None`` where nothing could be graded: that is not a zero. ``isolation`` says
    what stood between the student's code and the grader.
    """

    student: str
    lesson: str
    exercise: str
    points: int | None
    max_points: int
    status: str
    reason: str = ""
    misconception: str = ""
    explanation: str = ""
    seconds: float = 0.0
    isolation: str = "none"


def reason_of(verdict: Verdict, hidden: bool) -> str:
    """Say why a verdict is not "passed", without telling anything about hidden cases' values.

    Args:
        verdict: the judgement.
        hidden: whether it is about the hidden cases.
    """
    first = verdict.first_failure
    if first is None:
        return verdict.reason
    number = verdict.results.index(first) + 1
    if hidden:  # without the place: a line chosen by the inputs would tell them
        return f"Hidden case {number}: `{verdict.exercise.name}` {_hidden(first)}."
    return f"Case {number} ({first.case.label}): {first.problem}{_place(first)}"


def _hidden(result: CaseResult) -> str:
    error = result.outcome.error
    if error:
        # A name or a message that the student chose could carry the case's inputs.
        known = isinstance(getattr(builtins, error.type, None), type)
        return f"raises {error.type}" if known else "raises an exception"
    if result.outcome.changed:
        return "changes its arguments in place"
    if result.mismatch:
        return _HIDDEN[result.mismatch.kind]
    # What an exercise says about a value of its own accord holds nothing hidden.
    return f"fails: {result.problem}".rstrip(".")


def _place(result: CaseResult) -> str:
    error = result.outcome.error
    if not error or not error.traceback:
        return ""
    last = error.traceback.splitlines()[-1].split(", in ")[0]
    return f" ({last})"


def record_of(
    student: str, verdict: Verdict, hidden: bool, seconds: float, isolation: str, remark: str = ""
) -> Record:
    """Turn a verdict into a record."""
    exercise, found = verdict.exercise, verdict.misconception
    reason = reason_of(verdict, hidden)
    return Record(
        student=student,
        lesson=exercise.room,
        exercise=exercise.id,
        points=exercise.points if verdict.status == PASSED else 0,
        max_points=exercise.points,
        status=verdict.status,
        reason=" ".join(part for part in (reason, remark) if part),
        misconception=found.name if found else "",
        explanation=found.explanation if found else "",
        seconds=round(seconds, 4),
        isolation=isolation,
    )


def bare_record(
    student: str,
    exercise: Exercise,
    status: str,
    reason: str,
    seconds: float = 0.0,
    isolation: str = "none",
) -> Record:
    """Return a record for an exercise that gave no verdict."""
    points = None if status == "ungraded" else 0
    return Record(
        student,
        exercise.room,
        exercise.id,
        points,
        exercise.points,
        status,
        reason,
        seconds=round(seconds, 4),
        isolation=isolation,
    )


def write(folder: Path, records: Sequence[Record], problems: Iterable[Problem]) -> None:
    """Write ``results.json`` and ``grades.csv``, each in one step."""
    tree: dict[str, Any] = {
        "version": 1,
        "records": [vars(record) for record in records],
        "problems": [vars(problem) for problem in problems],
    }
    _replace(folder / "results.json", as_json(tree, indent=True))
    _replace(folder / "grades.csv", _table(records).encode("utf-8", "replace"))


def as_json(value: Any, indent: bool = False) -> bytes:
    """Write plain data as JSON; where a text is not Unicode, the others are escaped with it."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else None)
    except TypeError:
        return json.dumps(value, indent=2 if indent else None).encode()


def _table(records: Sequence[Record]) -> str:
    """One row for each student: points for each exercise, empty where nothing was graded."""
    exercises = list(dict.fromkeys(record.exercise for record in records))
    by_student: dict[str, dict[str, Record]] = {}
    for record in records:
        by_student.setdefault(record.student, {})[record.exercise] = record
    stream = io.StringIO()
    # Where semicolons separate columns, a text without quotation marks would become several.
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(["student", *exercises, "total", "out of", "not graded", "isolation"])
    for student, own in by_student.items():
        points = [own[e].points if e in own else None for e in exercises]
        unknown = sum(record.points is None for record in own.values())
        levels = sorted({record.isolation for record in own.values()} - {"none"})
        total = sum(p for p in points if p is not None)
        most = sum(record.max_points for record in own.values())
        row = [safe_cell(student), *("" if p is None else p for p in points)]
        writer.writerow([*row, total, most, unknown or "", " ".join(levels)])
    return stream.getvalue()


def safe_cell(text: str) -> str:
    """Keep a spreadsheet from running a name as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
