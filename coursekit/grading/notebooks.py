"""Grades one notebook: every exercise of a lesson, from the file to the records."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.core import registry
from coursekit.core.judging import FAILED, NOT_ATTEMPTED, PASSED, Verdict
from coursekit.core.restrictions import restriction_sentence
from coursekit.core.spec import Exercise, Lesson
from coursekit.errors import CourseError
from coursekit.grading import names
from coursekit.grading.cases import Prepared
from coursekit.grading.judge import Attempt, Session
from coursekit.grading.names import Code
from coursekit.grading.notebook import Unreadable, code_cells, read_bytes
from coursekit.grading.process import Launcher, PlainLauncher
from coursekit.grading.records import MISSING, Record, bare_record, record_of
from coursekit.grading.stopping import ERROR, UNGRADED, Stopped

#: Gives the cases of an exercise that a student does not see, if there are any.
HiddenCases = Callable[[Exercise], Prepared | None]


@dataclass(frozen=True)
class Notebook:
    """A notebook that could be read: its code and the ids of the exercises in it."""

    path: Path
    code: Code
    ids: frozenset[str]


def read(path: Path) -> Notebook:
    """Read a notebook.

    Raises:
        Unreadable: if it is not one.
    """
    code = names.analyse(code_cells(read_bytes(path), path.name))
    return Notebook(path, code, frozenset(names.exercise_ids(code)))


def grade_lesson(
    student: str,
    code: Code,
    exercises: Sequence[Exercise],
    hidden: HiddenCases,
    launcher: Launcher,
    until: str = "",
) -> list[Record]:
    """Grade exercises in one notebook; those that share a process share a session.

    Args:
        student: whose they are.
        code: the notebook's code.
        exercises: what to grade.
        hidden: gives the cases that a student does not see.
        launcher: starts the student's processes.
        until: a status after which no other exercise is begun; their records are left out.
    """
    kinds: dict[tuple[tuple[str, ...], int], list[Exercise]] = {}
    for exercise in exercises:
        kinds.setdefault((exercise.allowed, exercise.limits.memory_mb), []).append(exercise)
    records: dict[str, Record] = {}
    for alike in kinds.values():
        with contextlib.ExitStack() as stack:
            session = Session(launcher, code)
            stack.callback(session.end)
            waiting = []
            for exercise in alike:
                begun = _begin(student, code, exercise, session, launcher.isolation)
                if isinstance(begun, Record):
                    records[exercise.id] = begun
                    continue
                waiting.append(begun)
                if begun.stopped and begun.stopped.status == until:
                    break
            for attempt in waiting:
                record = _finish(student, attempt, hidden, session, launcher.isolation)
                records[record.exercise] = record
        if any(record.status == until for record in records.values()):
            break
    return [records[exercise.id] for exercise in exercises if exercise.id in records]


def _begin(
    student: str, code: Code, exercise: Exercise, session: Session, isolation: str
) -> Attempt | Record:
    """Find an exercise and try the visible cases; a record if there is nothing to run."""
    try:
        found = names.find(code, exercise)
    except (RecursionError, ValueError, MemoryError) as error:
        reason = f"Not graded, because the code cannot be analysed ({type(error).__name__})."
        return bare_record(student, exercise, UNGRADED, reason)
    if found.problem:
        status = ERROR if found.broken else MISSING
        return bare_record(student, exercise, status, found.problem)
    if found.untouched or (found.package and found.stub):
        reason = f"`{exercise.name}` is not written yet. {found.remark}".strip()
        return bare_record(student, exercise, NOT_ATTEMPTED, reason, isolation=isolation)
    if found.package:
        verdict = Verdict(exercise, FAILED, reason=restriction_sentence(exercise, found.package))
        return record_of(student, verdict, False, 0.0, "none", found.remark)
    return session.attempt(exercise, found)


def _finish(
    student: str, attempt: Attempt, hidden: HiddenCases, session: Session, isolation: str
) -> Record:
    """Turn an attempt into a record; whatever goes wrong has its reason."""
    exercise, cases = attempt.exercise, None
    try:
        verdict = session.verdict(attempt)
        if verdict.status == PASSED and (cases := hidden(exercise)):
            verdict = session.hidden_verdict(attempt, cases)
    except Stopped as stop:
        seconds = attempt.seconds
        return bare_record(student, exercise, stop.status, stop.reason, seconds, isolation)
    remark = attempt.found.remark
    return record_of(student, verdict, cases is not None, attempt.seconds, isolation, remark)


def lessons_in(ids: frozenset[str]) -> list[Lesson]:
    """Return the lessons to which exercise ids belong, in the order of the course."""
    return [item for item in registry.lessons() if any(e.id in ids for e in item.exercises)]


def grade_notebook(path: Path, launcher: Launcher | None = None) -> list[Record]:
    """Grade a notebook on the visible cases alone, with the machinery of ``coursekit grade``.

    Raises:
        CourseError: if it is not a notebook or has no exercise of this course.
    """
    try:
        notebook = read(path)
    except Unreadable as error:
        raise CourseError(str(error)) from None
    found = lessons_in(notebook.ids)
    if not found:
        raise CourseError(f"{path.name} holds no exercise of this course.")
    launcher = launcher or PlainLauncher()
    try:
        return [
            record
            for lesson in found
            for record in grade_lesson("", notebook.code, lesson.exercises, _no_cases, launcher)
        ]
    finally:
        launcher.close()


def _no_cases(exercise: Exercise) -> None:
    return None
