"""A worker process: how it is started, and what it does until its pipe is closed.

What takes long to import is imported in the process alone: whoever starts it goes on at once.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from coursekit.errors import CourseError
from coursekit.grading.threads import one_thread

#: After so many tasks a worker looks for memory that nobody uses.
_CLEAN = 400


def start(number: int) -> tuple[BaseProcess, Connection]:
    """Start a worker process and return it with the pipe to it.

    It is sent the isolation and the key of a run, then tasks; it answers each with a ``Done``, or
    with a sentence if no sandbox can be started any more.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, number), daemon=True)
    with interrupts_held(), one_thread():
        process.start()
    theirs.close()
    return process, ours


def _work(pipe: Connection, number: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # see interrupts_held
    if sys.platform == "linux":
        from coursekit.grading.child import confine  # can be imported on Linux alone

        confine.die_with_parent()
    _settle(number)
    # A notebook leaves trees behind, which need no collector; it would look at them all the time.
    gc.disable()
    from coursekit.core import registry
    from coursekit.grading import isolation
    from coursekit.grading.tasks import work

    registry.lessons()
    gc.freeze()
    with contextlib.suppress(EOFError, OSError):
        tier, secret = pipe.recv()
        launcher = isolation.launcher(tier)
        try:
            for done in itertools.count(1):
                task = pipe.recv()
                try:
                    pipe.send(work(task, launcher, secret))
                except CourseError as error:
                    pipe.send(str(error))
                if done % _CLEAN == 0:
                    gc.collect()
                    gc.freeze()  # what is left stays: cells that many notebooks share
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
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl+C back: it is heard afterwards.

    A process that is started meanwhile inherits this and does not hear it from its first moment on.
    Its parent may still be reached, by way of another thread, and remembers: a start that is broken
    off leaves a child that complains.
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
