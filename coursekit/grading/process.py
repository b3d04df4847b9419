"""Starts student processes. This tier: a fresh Python for each, limited but not sealed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from coursekit.errors import CourseError
from coursekit.grading import installed
from coursekit.grading.child import wire
from coursekit.grading.threads import ONE_THREAD

#: Seconds in which a process must have imported its packages.
_START = 60.0

#: Seconds that a process gets to end after it has closed its channel.
ENDING = 0.02

NO_CALLS: Mapping[str, bytes] = MappingProxyType({})

#: The only files of the course that a student's process needs.
CHILD = Path(__file__).parent / "child"


class Child(Protocol):
    """A student's process: a channel to it, the calls that it knows, a way to end it."""

    channel: wire.Channel
    known: Collection[str]

    def end(self, by_itself: bool = False) -> str:
        """Kill the process if it still runs; say how it ended.

        Args:
            by_itself: the channel was closed from the other side: the process is ending and gets
                the moment that this takes, so that its own exit status is told.
        """
        ...


class Launcher(Protocol):
    """Starts student processes under one isolation level."""

    isolation: str

    def start(
        self, packages: Sequence[str], memory_mb: int, calls: Mapping[str, bytes] = NO_CALLS
    ) -> Child:
        """Start a process that has the packages imported.

        Args:
            packages: their names.
            memory_mb: how much memory it may use.
            calls: frames of calls, by name, that it may know from the start.
        """
        ...

    def close(self) -> None:
        """End everything that was started."""
        ...


def describe_exit(status: int) -> str:
    """Say how a process ended, from its exit status (negative: a signal)."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def environment() -> dict[str, str]:
    """A student's process inherits nothing; one thread each, so that the pace is predictable."""
    kept = {k: os.environ[k] for k in ("SYSTEMROOT",) if k in os.environ}
    return kept | ONE_THREAD | {"MALLOC_ARENA_MAX": "2", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}


def python(module: str, folder: str | Path, paths: Sequence[str]) -> list[str]:
    """Return the command that runs ``main(*arguments)`` of a module beside ``serve``.

    Python starts without the environment, the user's folder and ``site``; it finds the standard
    library, the package ``child`` in ``folder``, and ``paths``.
    """
    start = f"import sys; sys.path += {[str(folder), *paths]!r}; "
    start += f"from child import {module}; {module}.main(*sys.argv[1:])"
    return [os.path.realpath(sys.executable), "-I", "-S", "-B", "-c", start]


class PlainChild:
    """A process of the ``process`` tier."""

    known: Collection[str] = ()

    def __init__(
        self, process: subprocess.Popen[bytes], channel: socket.socket, folder: str
    ) -> None:
        self.channel = wire.Channel(channel)
        self._process = process
        self._folder = folder

    def end(self, by_itself: bool = False) -> str:
        """Kill the process with everything in its group."""
        if by_itself:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDING)
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self.channel.close()
        status = self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        return describe_exit(status)


def await_ready(child: PlainChild) -> PlainChild:
    """Wait until the process has imported its packages; no student's code is in it yet."""
    try:
        child.channel.receive(wire.Caps(), time.monotonic() + _START)
    except (wire.WireError, TimeoutError):
        raise CourseError(f"A grading process did not start ({child.end()}).") from None
    return child


class PlainLauncher:
    """Starts an ordinary Python for each submission: tamper-resistant, not a boundary."""

    isolation = "process"

    def start(
        self, packages: Sequence[str], memory_mb: int, calls: Mapping[str, bytes] = NO_CALLS
    ) -> PlainChild:
        """Start a process that has the packages imported."""
        config = {
            "paths": installed.folders(packages),
            "packages": [*packages],
            "memory_mb": memory_mb,
        }
        if sys.platform == "win32":
            return self._start_over_port(config)
        ours, theirs = socket.socketpair()
        folder = tempfile.mkdtemp(prefix="coursekit-")
        with theirs:
            process = self._python(str(theirs.fileno()), config, folder, (theirs.fileno(),))
        return await_ready(PlainChild(process, ours, folder))

    def _start_over_port(self, config: dict[str, Any]) -> PlainChild:
        token = secrets.token_hex(16)
        folder = tempfile.mkdtemp(prefix="coursekit-")
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(60)
            process = self._python(f"{server.getsockname()[1]}:{token}", config, folder, ())
            channel, _ = server.accept()
        channel.settimeout(60)
        if channel.recv(len(token), socket.MSG_WAITALL) != token.encode():
            raise ConnectionError("a stranger answered in place of the student's process")
        return await_ready(PlainChild(process, channel, folder))

    def _python(
        self, channel: str, config: dict[str, Any], folder: str, keep: Sequence[int]
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*python("main", CHILD.parent, config["paths"]), channel, json.dumps(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd=folder,
            pass_fds=keep,
            start_new_session=sys.platform != "win32",
        )

    def close(self) -> None:
        """Nothing is kept between submissions."""
