"""A grading run: from the submissions to the records."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence

import numpy as np

from coursekit.core.spec import Case, Exercise, Lesson
from coursekit.errors import CourseError
from coursekit.grading.judge import UNGRADED
from coursekit.grading.notebook import Unreadable
from coursekit.grading.notebooks import Notebook, grade_lesson, lessons_in, read
from coursekit.grading.process import Launcher
from coursekit.grading.records import MISSING, Problem, Record, bare_record
from coursekit.grading.submissions import Submission


def hidden_cases(secret: bytes, student: str, exercise: Exercise) -> Sequence[Case]:
    """Draw a student's hidden cases; the same secret gives the same cases again."""
    message = json.dumps([student, exercise.id]).encode()
    seed = int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest(), "big")
    return exercise.hidden(np.random.default_rng(seed))


def grade_all(
    submissions: Sequence[Submission],
    launcher: Launcher,
    secret: bytes,
    advance: Callable[[str], None],
) -> tuple[list[Record], list[Problem]]:
    """Grade every submission; one that cannot be read never stops the others.

    Args:
        submissions: what was handed in.
        launcher: starts the student processes.
        secret: key of the hidden cases.
        advance: called with a student's name when they are done.
    """
    records: list[Record] = []
    problems: list[Problem] = []
    read_before: dict[str, tuple[list[Notebook], str]] = {}
    lessons: dict[str, Lesson] = {}
    for submission in submissions:
        notebooks, reason = _read(submission, problems)
        read_before[submission.student] = notebooks, reason
        for notebook in notebooks:
            lessons |= {lesson.room: lesson for lesson in lessons_in(notebook.ids)}
    if not lessons:
        raise CourseError(
            "No submission holds an exercise of this course: are these notebooks of another one?"
        )
    ordered = sorted(lessons.values(), key=lambda lesson: lesson.number)
    for submission in submissions:
        notebooks, reason = read_before[submission.student]
        for lesson in ordered:
            records += _grade(submission.student, notebooks, reason, lesson, launcher, secret)
        advance(submission.student)
    return records, problems


def _read(submission: Submission, problems: list[Problem]) -> tuple[list[Notebook], str]:
    found, reason = [], ""
    for path in submission.notebooks:
        try:
            notebook = read(path)
        except Unreadable as error:
            reason = str(error)
        else:
            if notebook.ids:
                found.append(notebook)
                continue
            reason = f"{path.name} holds no exercise of this course."
        problems.append(Problem(f"{submission.student}/{path.name}", reason))
    return found, reason


def _grade(
    student: str,
    notebooks: Sequence[Notebook],
    reason: str,
    lesson: Lesson,
    launcher: Launcher,
    secret: bytes,
) -> list[Record]:
    own = [n for n in notebooks if lesson in lessons_in(n.ids)]
    if not own:
        status = UNGRADED if reason else MISSING
        reason = reason or f"No notebook of lesson {lesson.number:02d} was handed in."
        return [bare_record(student, exercise, status, reason) for exercise in lesson.exercises]
    chosen = next((n for n in own if n.path.name == lesson.notebook), own[-1])
    hidden = functools.partial(hidden_cases, secret, student)
    return grade_lesson(student, chosen.code, lesson.exercises, hidden, launcher)
