"""What a worker does with a student's notebooks: it looks at them and grades what is new."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursekit.core import registry
from coursekit.core.spec import Exercise, Lesson
from coursekit.grading import fingerprints, hidden, names
from coursekit.grading.notebook import Cell, Unreadable, code_cells, of_cell, read_bytes
from coursekit.grading.notebooks import grade_lesson
from coursekit.grading.process import Launcher
from coursekit.grading.records import Record, bare_record
from coursekit.grading.stopping import TIMEOUT, UNGRADED
from coursekit.grading.submissions import Problem

#: How an exercise's id is looked for in a text: within so many bytes behind a mark, in pieces that
#: overlap by the longest id with what may stand before it.
_MARK = b"exercise"
_REACH, _OVERLAP = 400, 120

#: Returns the bytes of a notebook, or raises ``Unreadable``.
Reader = Callable[[Path], bytes]


@dataclass(frozen=True)
class Task:
    """A student's notebooks.

    ``known`` are the fingerprints of records that are there already, by exercise id. ``only``
    names the exercises that an earlier part has left; ``None`` means all.
    """

    student: str
    notebooks: tuple[Path, ...]
    known: Mapping[str, str] = field(default_factory=dict)
    only: Collection[str] | None = None


@dataclass(frozen=True)
class Done:
    """What came of a task.

    ``rooms`` are the lessons that the notebooks belong to, ``problems`` what is wrong with them,
    ``obstacle`` why a lesson may be missing among them. ``graded`` are new records with their
    fingerprints, ``kept`` the exercises whose known records still hold, ``left`` those that were
    not begun.
    """

    task: Task
    rooms: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    obstacle: str = ""
    graded: tuple[tuple[Record, str], ...] = ()
    kept: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def rest(self) -> Task:
        """What is still to be done."""
        return replace(self.task, only=self.left)


@dataclass(frozen=True)
class _Looked:
    """A notebook that may be graded: the lessons that it names, its code or why there is none."""

    path: Path
    rooms: frozenset[str]
    cells: Sequence[Cell] = ()
    unreadable: str = ""


def work(task: Task, launcher: Launcher, secret: bytes, read: Reader = read_bytes) -> Done:
    """Look at a student's notebooks and grade the exercises whose records do not hold any more.

    After a timeout the exercises not yet begun are left for another task.

    Args:
        task: the notebooks.
        launcher: starts the student's processes.
        secret: the key of the hidden cases.
        read: reads a notebook.
    """
    lessons = registry.lessons()
    found, problems = _look(task, lessons, read)
    rooms = frozenset(room for each in found for room in each.rooms)
    obstacle = problems[-1].reason if problems else ""
    graded: list[tuple[Record, str]] = []
    kept: list[str] = []
    left: list[str] = []
    marker = fingerprints.together(secret.hex(), launcher.isolation, str(hidden.DRAWS))
    for lesson in lessons:
        own = [each for each in found if lesson.room in each.rooms]
        if not own:
            continue
        chosen = next((each for each in own if each.path.name == lesson.notebook), own[-1])
        for other in own:
            if other is not chosen:
                unused = f"Not used: lesson {lesson.number:02d} is graded in {chosen.path.name}."
                problems.append(Problem(f"{task.student}/{other.path.name}", unused))
        code = fingerprints.of_cells(chosen.cells)
        prints = {
            e.id: fingerprints.together(code, fingerprints.of_exercise(e), marker)
            for e in lesson.exercises
        }
        asked = [e for e in lesson.exercises if task.only is None or e.id in task.only]
        kept += [e.id for e in asked if task.known.get(e.id) == prints[e.id]]
        waiting = [e for e in asked if e.id not in kept]
        records = [] if left else _grade(task.student, chosen, waiting, launcher, secret)
        graded += [(record, prints[record.exercise]) for record in records]
        begun = {record.exercise for record in records}
        left += [e.id for e in waiting if e.id not in begun]
    return Done(task, rooms, tuple(problems), obstacle, tuple(graded), tuple(kept), tuple(left))


def run_here(tasks: Iterator[Task], launcher: Launcher, secret: bytes) -> Iterator[Done]:
    """Do tasks one after the other in this process; one may come back in parts."""
    for task in tasks:
        done = work(task, launcher, secret)
        yield done
        while done.left:
            done = work(done.rest, launcher, secret)
            yield done


def _grade(
    student: str,
    notebook: _Looked,
    exercises: Sequence[Exercise],
    launcher: Launcher,
    secret: bytes,
) -> list[Record]:
    if notebook.unreadable:
        return [bare_record(student, e, UNGRADED, notebook.unreadable) for e in exercises]
    if not exercises:
        return []
    cases = functools.partial(hidden.prepared, secret, student, isolation=launcher.isolation)
    code = names.analyse(notebook.cells)
    return grade_lesson(student, code, exercises, cases, launcher, until=TIMEOUT)


def crashed(task: Task) -> Done:
    """Return what comes of a task whose worker has died of it."""
    reason = "Not graded, because the grader crashed on this notebook."
    problems = [Problem(f"{task.student}/{path.name}", reason) for path in task.notebooks]
    return Done(task, problems=tuple(problems), obstacle=reason)


def _look(
    task: Task, lessons: Sequence[Lesson], read: Reader
) -> tuple[list[_Looked], list[Problem]]:
    """Return the notebooks that may be graded, and what is wrong with the others."""
    found: list[_Looked] = []
    problems: list[Problem] = []
    for path in task.notebooks:
        looked = _look_at(path, lessons, read)
        if looked.rooms:
            found.append(looked)
            continue
        reason = looked.unreadable or f"{path.name} holds no exercise of this course."
        problems.append(Problem(f"{task.student}/{path.name}", reason))
    return found, problems


def _look_at(path: Path, lessons: Sequence[Lesson], read: Reader) -> _Looked:
    try:
        content = read(path)
    except Unreadable as error:
        return _Looked(path, frozenset(), unreadable=str(error))
    try:
        cells = code_cells(content, path.name)
    except Unreadable as error:
        near = _near_marks(content)
        return _Looked(path, _rooms(path, near, lessons), unreadable=str(error))
    near = b" ".join(map(_marked, cells))
    return _Looked(path, _rooms(path, near, lessons), cells)


@of_cell
def _marked(cell: Cell) -> bytes:
    return _near_marks(cell.source.encode("utf-8", "replace"))


def _near_marks(content: bytes) -> bytes:
    """Return the parts of a text in which an exercise's id can be: the rest is mostly pictures."""
    plain = content.replace(b"\0", b"")
    near, at = [], plain.find(_MARK)
    while at >= 0:  # an id stands right behind
        near.append(plain[at : at + _REACH])
        at = plain.find(_MARK, at + _REACH - _OVERLAP)
    return b" ".join(near)


def _rooms(path: Path, near: bytes, lessons: Sequence[Lesson]) -> frozenset[str]:
    """Find the lessons that a text names, whether it is code or of a damaged notebook."""
    return frozenset(
        lesson.room
        for lesson in lessons
        if path.name == lesson.notebook or any(e.id.encode() in near for e in lesson.exercises)
    )
