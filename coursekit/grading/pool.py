"""Grades tasks in worker processes; a worker that dies loses its task alone.

What takes long to import is imported when it is used: the workers get ready meanwhile.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from coursekit.errors import CourseError
from coursekit.grading.worker import start as start_worker

if TYPE_CHECKING:
    from coursekit.grading.tasks import Done, Task

#: Beyond the limits of its exercises a task may take so many seconds before its worker is ended.
_GRACE = 120.0
#: A worker is expected to start within so many seconds.
_START = 300.0


@functools.cache
def _limits() -> float:
    """Return the seconds that all exercises of the course may take together."""
    from coursekit.core import registry

    every = [exercise for lesson in registry.lessons() for exercise in lesson.exercises]
    return sum(4 * exercise.limits.seconds for exercise in every)


class _Worker:
    """A worker process, its pipe, and the task that it has now."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.process, self.pipe = start_worker(number)
        self.task: Task | None = None
        self._given = 0.0
        self._slack = _GRACE + _START

    def send(self, message: Any) -> None:
        """Send a message; if the worker is gone, that is seen when its answer is due."""
        with contextlib.suppress(OSError):
            self.pipe.send(message)

    def give(self, task: Task) -> None:
        """Hand over a task."""
        self._slack = _GRACE if self.task else _GRACE + _START
        self.task, self._given = task, time.monotonic()
        self.send(task)

    @property
    def deadline(self) -> float:
        """When the task must be done; asked for when all workers have one, as it takes a while."""
        return self._given + _limits() + self._slack

    def result(self) -> Done | None:
        """Return what came of the task; ``None`` if the worker died or hangs."""
        from coursekit.grading.tasks import Done

        try:
            if not self.pipe.poll():
                return None
            result = self.pipe.recv()
        except (EOFError, OSError):
            return None
        if isinstance(result, str):
            raise CourseError(result)
        assert isinstance(result, Done)
        return result

    def end(self) -> None:
        """End the process; with it go its sandbox and everything in it."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


class Pool:
    """Worker processes; they get ready while the caller does something else.

    Args:
        workers: how many.
    """

    def __init__(self, workers: int) -> None:
        self._workers = [_Worker(number) for number in range(workers)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()

    def choose(self, wanted: str) -> str:
        """Return the isolation to use here, see ``isolation.choose``."""
        from coursekit.grading.isolation import choose

        return choose(wanted)

    def run(self, tasks: Iterable[Task], tier: str, secret: bytes) -> Iterator[Done]:
        """Do tasks in any order; one may come back in parts, the rest follows later.

        Raises:
            CourseError: if the sandbox cannot be started any more.
        """
        from coursekit.grading.tasks import crashed

        for worker in self._workers:
            worker.send((tier, secret))
        waiting, idle = deque(tasks), [*self._workers]
        busy: list[_Worker] = []

        def give() -> None:
            while waiting and idle:
                busy.append(idle.pop())
                busy[-1].give(waiting.popleft())

        give()
        while busy:
            left = min(worker.deadline for worker in busy) - time.monotonic()
            ready = wait([worker.pipe for worker in busy], max(left, 0.0))
            now = time.monotonic()
            for worker in [w for w in busy if w.pipe in ready or now > w.deadline]:
                busy.remove(worker)
                task, done = worker.task, worker.result()
                assert task is not None
                if done is None:
                    worker = self._replace(worker)
                    worker.send((tier, secret))
                    done = crashed(task)
                idle.append(worker)
                if done.left:
                    # The slow ones go to the end of the queue and are shared by the workers.
                    waiting.append(done.rest)
                give()  # before the caller keeps what is done, which takes a moment
                yield done

    def _replace(self, worker: _Worker) -> _Worker:
        worker.end()
        new = _Worker(worker.number)
        self._workers[self._workers.index(worker)] = new
        return new
