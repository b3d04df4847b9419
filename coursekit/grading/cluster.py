"""Grades tasks on the workers of a Dask cluster: the same work, on other machines.

Only bytes of notebooks go there and records come back: nothing needs a shared folder. The store
stays here. A worker process grades one submission at a time, whatever threads it has.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import itertools
import logging
import threading
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coursekit
from coursekit.errors import CourseError
from coursekit.grading.notebook import Unreadable, compact, read_bytes

if TYPE_CHECKING:
    from coursekit.grading.process import Launcher
    from coursekit.grading.tasks import Done, Task

#: Seconds in which the scheduler must answer.
_ANSWER = 5
#: So many tasks for each worker are on their way at the same time.
_AHEAD = 3

_GONE = (
    "The cluster's scheduler has gone away. What is done is kept: the same command goes on from "
    "here, on a cluster or without one."
)


@dataclass(frozen=True)
class Parcel:
    """A task with what is in its notebooks: their bytes, or why they cannot be read.

    A worker that fails writes what it was given into its log: the key does not show there.
    """

    task: Task
    contents: dict[Path, bytes | str] = field(repr=False)
    secret: bytes = field(repr=False)

    def read(self, path: Path) -> bytes:
        """Return a notebook's bytes, as ``read_bytes`` does where the file is."""
        content = self.contents[path]
        if isinstance(content, str):
            raise Unreadable(content)
        return content


def pack(task: Task, secret: bytes) -> Parcel:
    """Read a task's notebooks; most of a notebook are stored pictures, which are left out."""
    contents: dict[Path, bytes | str] = {}
    for path in task.notebooks:
        try:
            contents[path] = compact(read_bytes(path))
        except Unreadable as error:
            contents[path] = str(error)
    return Parcel(task, contents, secret)


class Cluster:
    """A connection to a cluster; it grades as a ``Pool`` does.

    Args:
        address: of the scheduler, such as ``tcp://host:8786``.

    Raises:
        CourseError: if no cluster with workers of this version answers there.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ModuleNotFoundError:
            raise CourseError(
                "Grading on a cluster needs Dask: pip install 'coursekit[cluster]'."
            ) from None
        for name in ("distributed", "distributed.client"):  # what goes wrong is told as a sentence
            logging.getLogger(name).setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", "Sending large graph")  # a notebook with large outputs
        self._distributed: Any = distributed
        #: What is on its way, by the future that will bring the answer.
        self._sent: dict[Any, Parcel] = {}
        try:
            # A client that gets no answer would keep its threads and complain at the end.
            with concurrent.futures.ThreadPoolExecutor(1) as thread:  # this one may have a loop
                thread.submit(asyncio.run, _call_on(address)).result()
            self._client: Any = distributed.Client(address, timeout=_ANSWER, set_as_default=False)
        except (OSError, ValueError, TypeError, AttributeError):
            raise CourseError(
                f"No Dask scheduler answers at {address}: an address is like tcp://host:8786."
            ) from None
        try:
            self._agree(address)
        except BaseException:
            self._client.close()
            raise

    def _agree(self, address: str) -> None:
        versions = self._everywhere(version_there)
        if not versions:
            raise CourseError(f"The cluster at {address} has no workers.")
        for worker, found in versions.items():
            if found != coursekit.__version__:
                raise CourseError(
                    f"The worker {worker} has coursekit {found}, here is "
                    f"{coursekit.__version__}: install the same there."
                )

    def _everywhere(self, function: Any, *arguments: Any) -> dict[str, Any]:
        """Call a function in each worker process."""
        results: dict[str, Any] = self._client.run(function, *arguments, on_error="return")
        for worker, result in results.items():
            if isinstance(result, ModuleNotFoundError):
                raise CourseError(f"The worker {worker} has no {result.name}: install it there.")
            if isinstance(result, BaseException):
                raise CourseError(f"The worker {worker}: {result}")
        return results

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # of a cluster that has gone away
            self._client.cancel([*self._sent])
            self._client.run(release_there, on_error="ignore")
        with contextlib.suppress(Exception):
            self._client.close()

    def choose(self, wanted: str) -> str:
        """Return the isolation that all workers use.

        Raises:
            CourseError: if it is not to be had on one of them, or they offer different ones.
        """
        from coursekit.grading.isolation import choose

        tiers = self._everywhere(choose, wanted)
        if len({*tiers.values()}) > 1:
            listed = ", ".join(f"{worker}: {tier}" for worker, tier in sorted(tiers.items()))
            raise CourseError(
                f"The workers offer different isolation ({listed}): name one with --isolation."
            )
        return str(next(iter(tiers.values())))

    def run(self, tasks: Iterable[Task], tier: str, secret: bytes) -> Iterator[Done]:
        """Do tasks in any order; one may come back in parts, the rest follows later.

        Raises:
            CourseError: if a sandbox cannot be started any more.
        """
        from coursekit.grading.tasks import crashed

        waiting = (pack(task, secret) for task in tasks)
        suspects: list[Parcel] = []
        alone: Parcel | None = None
        answers = self._distributed.as_completed(loop=self._client.loop)

        def send(parcel: Parcel) -> None:
            future = self._client.submit(grade_there, parcel, tier, pure=False)
            self._sent[future] = parcel
            answers.add(future)

        for parcel in itertools.islice(waiting, _AHEAD * len(self._client.nthreads())):
            send(parcel)
        for future in answers:
            parcel = self._sent.pop(future)
            done = self._result(future)
            if done is None and parcel is not alone:
                # A worker process takes all that it has with it: each gets a second try, alone.
                suspects.append(parcel)
            elif done is None:
                done = crashed(parcel.task)
            if done and done.left:
                send(replace(parcel, task=done.rest))
            for following in itertools.islice(waiting, 1):
                send(following)
            if not self._sent and suspects:
                alone = suspects.pop()
                send(alone)
            if done:
                yield done

    def _result(self, future: Any) -> Done | None:
        """Return what came of a task; ``None`` if the worker process ended."""
        try:
            done: Done = future.result()
        except CourseError:
            raise
        except (concurrent.futures.CancelledError, asyncio.CancelledError):
            raise CourseError(_GONE) from None
        except Exception:
            return None
        return done


async def _call_on(address: str) -> None:
    """Open a connection and close it.

    Raises:
        OSError, ValueError: if nobody answers.
    """
    from distributed.comm import connect

    async with asyncio.timeout(_ANSWER + 1):  # something else may listen there, and say nothing
        (await connect(address, timeout=_ANSWER)).abort()


#: In a worker process: what starts students' processes, by tier; one thread at a time uses it.
_launchers: dict[str, Launcher] = {}
_turn = threading.Lock()
#: Set when nobody needs the launchers any more.
_over = threading.Event()


def grade_there(parcel: Parcel, tier: str) -> Done:
    """Do a task in a worker process."""
    from coursekit.grading import isolation
    from coursekit.grading.tasks import work

    with _turn:
        if tier not in _launchers:
            _launchers[tier] = isolation.launcher(tier)
        try:
            return work(parcel.task, _launchers[tier], parcel.secret, parcel.read)
        finally:
            if _over.is_set():
                _close()


def _close() -> None:
    _over.clear()
    while _launchers:
        _launchers.popitem()[1].close()


def version_there() -> str:
    """Return the version of the package in a worker process."""
    return coursekit.__version__


def release_there() -> None:
    """End what a worker process has started, at the end of what it is doing."""
    _over.set()
    if _turn.acquire(blocking=False):
        try:
            _close()
        finally:
            _turn.release()
