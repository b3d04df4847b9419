"""A grading run: from what was handed in to the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from coursekit.core import registry
from coursekit.errors import CourseError
from coursekit.grading.records import MISSING, Record, bare_record
from coursekit.grading.stopping import UNGRADED
from coursekit.grading.store import Store
from coursekit.grading.submissions import Problem, Submission
from coursekit.grading.tasks import Done, Task

#: Does tasks, in any order; a task may come back in parts.
Runner = Callable[[Iterator[Task]], Iterator[Done]]


class NothingOfThisCourse(CourseError):
    """No submission holds an exercise of this course."""


@dataclass
class _Finished:
    """What is known of a student: the lessons handed in, the records, what is wrong.

    ``obstacle`` is why a lesson may be missing among them.
    """

    rooms: set[str] = field(default_factory=set)
    records: dict[str, Record] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    obstacle: str = ""


class Run:
    """One run over some submissions.

    Args:
        submissions: what was handed in.
        store: where finished records are kept.
    """

    def __init__(self, submissions: Sequence[Submission], store: Store) -> None:
        self._submissions = submissions
        self._obstacles = {each.student: each.obstacle for each in submissions}
        self._store = store
        self._finished: dict[str, _Finished] = {}

    @property
    def count(self) -> int:
        """How many submissions there are."""
        return len(self._submissions)

    @property
    def problems(self) -> list[Problem]:
        """What was handed in and cannot be graded, in order of students."""
        return [problem for _, finished in self._in_order() for problem in finished.problems]

    @property
    def records(self) -> list[Record]:
        """The records of the students that are finished, in order of students and exercises.

        A lesson that anybody has handed in is due from everybody.
        """
        rooms = {room for finished in self._finished.values() for room in finished.rooms}
        lessons = [lesson for lesson in registry.lessons() if lesson.room in rooms]
        found = []
        for student, finished in self._in_order():
            for lesson in lessons:
                missing = f"No notebook of lesson {lesson.number:02d} was handed in."
                obstacle = finished.obstacle
                absent = (UNGRADED, obstacle) if obstacle else (MISSING, missing)
                found += [
                    finished.records.get(e.id) or bare_record(student, e, *absent)
                    for e in lesson.exercises
                ]
        return found

    def _in_order(self) -> Iterator[tuple[str, _Finished]]:
        for submission in self._submissions:
            if submission.student in self._finished:
                yield submission.student, self._finished[submission.student]

    def grade(self, runner: Runner, advance: Callable[[], None] = lambda: None) -> None:
        """Grade what is new; each finished submission is stored at once.

        Args:
            runner: does the work.
            advance: called for each submission that is finished.

        Raises:
            NothingOfThisCourse: if nothing that was handed in belongs to it.
        """
        parts: dict[str, list[Done]] = {}
        tasks = (
            Task(s.student, s.notebooks, self._store.known(s.student)) for s in self._submissions
        )
        for done in runner(tasks):
            parts.setdefault(done.task.student, []).append(done)
            if not done.left:
                self._finish(done.task.student, parts.pop(done.task.student))
                advance()
        if self._finished and not any(finished.rooms for finished in self._finished.values()):
            raise NothingOfThisCourse(
                "No submission holds an exercise of this course: are the notebooks of another one?"
            )

    def _finish(self, student: str, parts: Sequence[Done]) -> None:
        """Store what is new of a student, all or none, and note what is known."""
        self._store.save(pair for done in parts for pair in done.graded)
        finished = self._finished[student] = _Finished(obstacle=self._obstacles[student])
        for done in parts:
            finished.rooms |= done.rooms
            finished.obstacle = done.obstacle or finished.obstacle
            kept = [self._store.get(student, exercise) for exercise in done.kept]
            new = [record for record, _ in done.graded]
            finished.records |= {record.exercise: record for record in [*kept, *new]}
            finished.problems += [p for p in done.problems if p not in finished.problems]
