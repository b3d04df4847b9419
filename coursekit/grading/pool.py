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
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any

from coursekit.core import registry
from coursekit.errors import CourseError
from coursekit.grading import isolation
from coursekit.grading.process import ONE_THREAD
from coursekit.grading.records import Problem
from coursekit.grading.tasks import Done, Task, work

#: Beyond the limits of its exercises a task may take so many seconds before its worker is ended.
_GRACE = 120.0
#: After so many tasks a worker looks for memory that nobody uses.
_CLEAN = 400
#: A worker is expected to start within so many seconds.
_START = 300.0


def _work(pipe: Connection, number: int) -> None:
    """What a worker process does until its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # see _deaf
    _settle(number)
    if sys.platform == "linux":
        from coursekit.grading.child import confine

        confine.die_with_parent()
    # A notebook leaves trees behind, which need no collector; it would look at them all the time.
    gc.disable()
    registry.lessons()
    with contextlib.suppress(EOFError, OSError):
        tier, secret = pipe.recv()
        launcher = isolation.launcher(tier)
        try:
            for done in itertools.count():
                if done % _CLEAN == 0:
                    gc.collect()
                    gc.freeze()  # what is left stays: exercises, cells that many notebooks share
                task = pipe.recv()
                try:
                    pipe.send(work(task, launcher, secret))
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


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started not hear Ctrl+C, from its first moment on: its parent does.

    The child inherits that the signal is held back. The parent, where it may reach another thread
    in spite of that, remembers it: a start that it breaks off leaves a child that complains.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where a child inherits nothing of it
        yield
        return
    heard: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number)) if main else None
    resource_tracker.ensure_running()  # would be started on the way, and end the holding back
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if main:
            signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Let the numerical libraries of a process that is started have one thread: it has one core."""
    before = {name: os.environ[name] for name in ONE_THREAD if name in os.environ}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name in ONE_THREAD:
            del os.environ[name]
        os.environ.update(before)


@functools.cache
def _limits() -> float:
    """Return the seconds that all exercises of the course may take together."""
    every = [exercise for lesson in registry.lessons() for exercise in lesson.exercises]
    return sum(4 * exercise.limits.seconds for exercise in every)


class _Worker:
    """A worker process, its pipe, and the task that it has now."""

    def __init__(self, number: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.number = number
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, number), daemon=True)
        with _deaf(), _one_thread():
            self.process.start()
        theirs.close()
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

    def run(self, tasks: Iterable[Task], tier: str, secret: bytes) -> Iterator[Done]:
        """Do tasks in any order; one may come back in parts, the rest follows later.

        Raises:
            CourseError: if the sandbox cannot be started any more.
        """
        for worker in self._workers:
            worker.send((tier, secret))
        waiting, idle = deque(tasks), [*self._workers]
        busy: list[_Worker] = []
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
                task, done = worker.task, worker.result()
                assert task is not None
                if done is None:
                    worker = self._replace(worker)
                    worker.send((tier, secret))
                    done = _crashed(task)
                idle.append(worker)
                if done.left:
                    # The slow ones go to the end of the queue and are shared by the workers.
                    waiting.append(done.rest)
                yield done

    def _replace(self, worker: _Worker) -> _Worker:
        worker.end()
        new = _Worker(worker.number)
        self._workers[self._workers.index(worker)] = new
        return new


def _crashed(task: Task) -> Done:
    reason = "Not graded, because the grader crashed on this notebook."
    problems = [Problem(f"{task.student}/{path.name}", reason) for path in task.notebooks]
    return Done(task, problems=tuple(problems), obstacle=reason)
