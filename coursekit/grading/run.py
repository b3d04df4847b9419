"""A grading run: from what was handed in to the records."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.core import registry
from coursekit.core.spec import Lesson
from coursekit.errors import CourseError
from coursekit.grading import fingerprints
from coursekit.grading.notebook import Unreadable, read_bytes
from coursekit.grading.pool import Task, grade_task
from coursekit.grading.process import Launcher
from coursekit.grading.records import MISSING, Problem, Record, bare_record
from coursekit.grading.stopping import UNGRADED
from coursekit.grading.store import Store
from coursekit.grading.submissions import Submission

#: How an exercise's id is looked for in the bytes of a notebook: within so many bytes behind a
#: mark, in pieces that overlap by the longest id with what may stand before it.
_MARK = b"exercise"
_REACH, _OVERLAP = 400, 120

#: Grades tasks, in any order; a task may come back in parts.
Runner = Callable[[Iterable[Task]], Iterator[tuple[Task, list[Record]]]]


def run_here(
    tasks: Iterable[Task], launcher: Launcher, secret: bytes
) -> Iterator[tuple[Task, list[Record]]]:
    """Grade tasks one after the other in this process."""
    for task in tasks:
        left = task
        while left.exercises:
            records = grade_task(left, launcher, secret)
            yield left, records
            done = {record.exercise for record in records}
            rest = tuple(e for e in left.exercises if e not in done)
            left = Task(task.student, task.room, task.path, rest)


@dataclass(frozen=True)
class _File:
    """A notebook that may be graded: its fingerprint and the rooms whose exercises it names."""

    path: Path
    content: str
    rooms: frozenset[str]


@dataclass
class _Plan:
    """What a run has to do, and what is known already, by student and exercise id."""

    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    fingerprints: dict[tuple[str, str], str] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    order: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Run:
    """One run over some submissions.

    Args:
        submissions: what was handed in.
        store: where finished records are kept.
        secret: key of the hidden cases.
        tier: the isolation level, part of what a record depends on.

    Raises:
        CourseError: if nothing that was handed in belongs to this course.
    """

    def __init__(
        self, submissions: Sequence[Submission], store: Store, secret: bytes, tier: str
    ) -> None:
        self._store = store
        self._plan = _Plan()
        known = registry.lessons()
        with ThreadPoolExecutor() as threads:
            looked = list(threads.map(lambda submission: _files(submission, known), submissions))
        self._plan.problems += [problem for _, problems in looked for problem in problems]
        rooms = {room for own, _ in looked for file in own for room in file.rooms}
        lessons = [lesson for lesson in known if lesson.room in rooms]
        if not lessons:
            raise CourseError(
                "No submission holds an exercise of this course: are the notebooks of another one?"
            )
        specs = {e.id: fingerprints.of_exercise(e) for lesson in lessons for e in lesson.exercises}
        marker = fingerprints.together(secret.hex(), tier)
        for submission, (own, problems) in zip(submissions, looked, strict=True):
            reason = problems[-1].reason if problems else ""
            for lesson in lessons:
                self._add(submission.student, own, reason, lesson, specs, marker)

    def _add(
        self,
        student: str,
        files: Sequence[_File],
        reason: str,
        lesson: Lesson,
        specs: dict[str, str],
        marker: str,
    ) -> None:
        plan = self._plan
        plan.order += [(student, exercise.id) for exercise in lesson.exercises]
        own = [file for file in files if lesson.room in file.rooms]
        if not own:
            status = UNGRADED if reason else MISSING
            reason = reason or f"No notebook of lesson {lesson.number:02d} was handed in."
            for exercise in lesson.exercises:
                record = bare_record(student, exercise, status, reason)
                plan.records[student, exercise.id] = record
            return
        file = next((f for f in own if f.path.name == lesson.notebook), own[-1])
        for other in own:
            if other is not file:
                unused = f"Not used: lesson {lesson.number:02d} is graded in {file.path.name}."
                plan.problems.append(Problem(f"{student}/{other.path.name}", unused))
        todo = []
        for exercise in lesson.exercises:
            key = student, exercise.id
            plan.fingerprints[key] = fingerprints.together(file.content, specs[exercise.id], marker)
            kept = self._store.get(student, exercise.id, plan.fingerprints[key])
            if kept:
                plan.records[key] = kept
            else:
                todo.append(exercise.id)
        if todo:
            plan.tasks.append(Task(student, lesson.room, file.path, tuple(todo)))

    @property
    def problems(self) -> list[Problem]:
        """What was handed in and cannot be graded."""
        return self._plan.problems

    @property
    def left(self) -> int:
        """How many submissions of a lesson are still to be graded."""
        return len(self._plan.tasks)

    @property
    def records(self) -> list[Record]:
        """The records known so far, in order of students and exercises."""
        found = self._plan.records
        return [found[key] for key in self._plan.order if key in found]

    def grade(self, runner: Runner, advance: Callable[[], None] = lambda: None) -> None:
        """Grade what is left; each finished submission is stored at once.

        Args:
            runner: does the work.
            advance: called for each submission that is finished.
        """
        waiting = {(task.student, task.room): len(task.exercises) for task in self._plan.tasks}
        finished: dict[tuple[str, str], list[Record]] = {}
        for task, records in runner(self._plan.tasks):
            unit = task.student, task.room
            parts = finished.setdefault(unit, [])
            parts += records
            if len(parts) < waiting[unit]:
                continue
            keys = [(record.student, record.exercise) for record in finished.pop(unit)]
            self._store.save(
                (record, self._plan.fingerprints[key])
                for key, record in zip(keys, parts, strict=True)
            )
            self._plan.records |= dict(zip(keys, parts, strict=True))
            advance()


def _files(submission: Submission, lessons: Sequence[Lesson]) -> tuple[list[_File], list[Problem]]:
    """Return the notebooks that may be graded, and what is wrong with the others."""
    found: list[_File] = []
    problems: list[Problem] = []
    for path in submission.notebooks:
        try:
            content = read_bytes(path)
        except Unreadable as error:
            reason = str(error)
        else:
            rooms = _rooms(path, content, lessons)
            if rooms:
                found.append(_File(path, fingerprints.of_content(content), rooms))
                continue
            reason = f"{path.name} holds no exercise of this course."
        problems.append(Problem(f"{submission.student}/{path.name}", reason))
    return found, problems


def _rooms(path: Path, content: bytes, lessons: Sequence[Lesson]) -> frozenset[str]:
    """Find the lessons that a notebook names, without reading it as a notebook."""
    plain = content.replace(b"\0", b"")
    near, at = [], plain.find(_MARK)
    while at >= 0:  # an id stands right behind; the rest of the file is mostly pictures
        near.append(plain[at : at + _REACH])
        at = plain.find(_MARK, at + _REACH - _OVERLAP)
    text = b" ".join(near)
    return frozenset(
        lesson.room
        for lesson in lessons
        if path.name == lesson.notebook or any(e.id.encode() in text for e in lesson.exercises)
    )


def here(launcher: Launcher, secret: bytes) -> Runner:
    """Return a runner that works in this process."""
    return functools.partial(run_here, launcher=launcher, secret=secret)
