"""Grades tasks in worker processes; a worker that dies loses its task alone."""

from __future__ import annotations

import contextlib
import functools
import gc
import itertools
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from coursekit.core import registry
from coursekit.core.spec import Exercise
from coursekit.errors import CourseError
from coursekit.grading import isolation
from coursekit.grading.fingerprints import hidden_cases
from coursekit.grading.notebook import Unreadable
from coursekit.grading.notebooks import grade_lesson, read
from coursekit.grading.process import Launcher
from coursekit.grading.records import Record, bare_record
from coursekit.grading.stopping import TIMEOUT, UNGRADED

#: Beyond the limits of its exercises a task may take so many seconds before its worker is ended.
_GRACE = 120.0
#: After so many tasks a worker looks for memory that nobody uses.
_CLEAN = 50
#: A worker is expected to start within so many seconds.
_START = 300.0


@dataclass(frozen=True)
class Task:
    """Some exercises of a lesson in one student's notebook."""

    student: str
    room: str
    path: Path
    exercises: tuple[str, ...]

    def chosen(self) -> list[Exercise]:
        """Return the exercises."""
        return [e for e in registry.lesson(self.room).exercises if e.id in self.exercises]


def grade_task(task: Task, launcher: Launcher, secret: bytes) -> list[Record]:
    """Grade a task. After a timeout the exercises not yet begun are left for another task."""
    exercises = task.chosen()
    try:
        code = read(task.path).code
    except Unreadable as error:
        return [bare_record(task.student, e, UNGRADED, str(error)) for e in exercises]
    hidden = functools.partial(hidden_cases, secret, task.student)
    return grade_lesson(task.student, code, exercises, hidden, launcher, until=TIMEOUT)


def _work(pipe: Connection, number: int, tier: str, secret: bytes) -> None:
    """What a worker process does until its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _settle(number)
    if sys.platform == "linux":
        from coursekit.grading.child import confine

        confine.die_with_parent()
    # A notebook leaves trees behind, which need no collector; it would look at them all the time.
    gc.disable()
    with contextlib.suppress(EOFError, OSError):
        launcher = isolation.launcher(tier)
        try:
            for done in itertools.count():
                if done % _CLEAN == 0:
                    gc.collect()
                    gc.freeze()  # what is left stays: exercises, cells that many notebooks share
                task = pipe.recv()
                try:
                    pipe.send(grade_task(task, launcher, secret))
                except CourseError as error:
                    pipe.send(str(error))
        finally:
            launcher.close()


def _settle(number: int) -> None:
    """Keep a worker and the processes that it starts on one core, in turns that are not short.

    A judge and a student's process wait for each other all the time: on two cores they wake them
    up again and again, and one that is woken puts the other aside.
    """
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {cores[number % len(cores)]})
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


class _Worker:
    """A worker process, its pipe, and the task that it has now."""

    def __init__(self, number: int, tier: str, secret: bytes) -> None:
        context = multiprocessing.get_context("spawn")
        self.number = number
        self.pipe, theirs = context.Pipe()
        arguments = theirs, number, tier, secret
        self.process = context.Process(target=_work, args=arguments, daemon=True)
        self.process.start()
        theirs.close()
        self.task: Task | None = None
        self.deadline = 0.0
        self._extra = _START

    def give(self, task: Task) -> None:
        """Hand over a task."""
        self.task = task
        limits = sum(4 * exercise.limits.seconds for exercise in task.chosen())
        self.deadline = time.monotonic() + limits + _GRACE + self._extra
        self._extra = 0.0
        with contextlib.suppress(OSError):
            self.pipe.send(task)

    def end(self) -> None:
        """End the process; with it go its sandbox and everything in it."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def run(
    tasks: Iterable[Task], workers: int, tier: str, secret: bytes
) -> Iterator[tuple[Task, list[Record]]]:
    """Grade tasks in any order; a task may come back in parts, the rest follows later.

    Raises:
        CourseError: if the sandbox cannot be started any more.
    """
    waiting = deque(tasks)
    idle = [_Worker(n, tier, secret) for n in range(min(workers, len(waiting)))]
    busy: list[_Worker] = []
    try:
        while waiting or busy:
            while waiting and idle:
                worker = idle.pop()
                worker.give(waiting.popleft())
                busy.append(worker)
            left = min(worker.deadline for worker in busy) - time.monotonic()
            ready = wait([worker.pipe for worker in busy], max(left, 0.0))
            now = time.monotonic()
            for worker in [w for w in busy if w.pipe in ready or now > w.deadline]:
                busy.remove(worker)
                task, records = worker.task, _result(worker)
                assert task is not None
                if records is None:
                    worker.end()
                    worker = _Worker(worker.number, tier, secret)
                    reason = "Not graded, because the grader crashed on this notebook."
                    records = [
                        bare_record(task.student, exercise, UNGRADED, reason, isolation=tier)
                        for exercise in task.chosen()
                    ]
                idle.append(worker)
                done = {record.exercise for record in records}
                rest = tuple(e for e in task.exercises if e not in done)
                if rest:
                    # The slow ones go to the end of the queue and are shared by the workers.
                    waiting.append(Task(task.student, task.room, task.path, rest))
                yield task, records
    finally:
        for worker in [*idle, *busy]:
            worker.end()


def _result(worker: _Worker) -> list[Record] | None:
    """Return what a worker found; ``None`` if it died or hangs."""
    try:
        if not worker.pipe.poll():
            return None
        result = worker.pipe.recv()
    except (EOFError, OSError):
        return None
    if isinstance(result, str):
        raise CourseError(result)
    assert isinstance(result, list)
    return result
