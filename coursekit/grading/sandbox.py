"""Starts confined student processes on Linux: the tiers ``sealed`` and ``restricted``.

Both fork from a warmed zygote and refuse system calls. In ``sealed`` the zygote lives in a
bubblewrap sandbox that holds the interpreter, the packages that the exercises may use, and the
folder ``child``, all of it read-only, and nothing else: no home, no network, no processes. In
``restricted`` it is the Landlock rules of the kernel that leave only the same files readable.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import coursekit
from coursekit.errors import CourseError
from coursekit.grading import installed, seccomp
from coursekit.grading.child import wire
from coursekit.grading.process import CHILD, ENDING, NO_CALLS, describe_exit, environment, python

#: Seconds in which a zygote must be warm.
_START = 120.0
#: The account without rights that processes of root become: "nobody" everywhere.
NOBODY = 65534
#: Where the sandbox has the packages and the folder ``child``.
_INSIDE = "/course"

#: A zygote's process and what it is to be told.
Started = tuple[subprocess.Popen[bytes], dict[str, Any]]
#: Starts a zygote: given packages and a descriptor for its instructions.
Starter = Callable[[Sequence[str], int], Started]


class ForkedChild:
    """A confined process; the zygote is its parent."""

    def __init__(self, zygote: Zygote, channel: socket.socket, pid: int, process: int) -> None:
        self.channel = wire.Channel(channel)
        self.known = zygote.known
        self._zygote = zygote
        self._pid = pid
        self._process = process

    def end(self, by_itself: bool = False) -> str:
        """Kill the process; whatever it started dies with it."""
        if by_itself:
            select.select([self._process], [], [], ENDING)
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        self.channel.close()
        os.close(self._process)
        return describe_exit(self._zygote.status(self._pid))


class Zygote:
    """A warmed Python, confined, that forks a process for each submission."""

    def __init__(
        self, packages: Sequence[str], memory_mb: int, calls: Mapping[str, bytes], start: Starter
    ) -> None:
        self._memory_mb = memory_mb
        self.known: Collection[str] = frozenset(calls)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._made: tuple[int, int] | None = None
        with theirs:
            self._process, config = start(packages, theirs.fileno())
        self._control.settimeout(_START)
        try:
            self._control.send(json.dumps(config | {"visible": [*calls]}).encode())
            for frames in calls.values():
                self._control.send(frames)
            ready = self._control.recv(100)
        except OSError:
            ready = b""
        if ready != b"ready":
            self._process.kill()
            _, told = self._process.communicate()
            lines = told.decode(errors="replace").strip().splitlines()
            raise OSError(lines[-1] if lines else "the sandbox did not start")
        self._spare = self._order()

    def take(self) -> ForkedChild:
        """Return the process made ahead, and have the next one made."""
        if self._made is None:
            self._answer("forked")
        assert self._made is not None
        (pid, process), self._made = self._made, None
        channel, self._spare = self._spare, self._order()
        return ForkedChild(self, channel, pid, process)

    def status(self, pid: int) -> int:
        """Return the exit status of a process that was killed."""
        self._control.send(f"status {pid}".encode())
        return self._answer("status")

    def _order(self) -> socket.socket:
        """Have a process made and return the channel to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            request = f"fork {self._memory_mb}".encode()
            socket.send_fds(self._control, [request], [theirs.fileno()])
        return ours

    def _answer(self, wanted: str) -> int:
        """Wait for an answer; that a process has been made may come in between."""
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, 100, 1)
            if not message:
                raise OSError("the sandbox ended")
            kind, number = message.decode().split()
            if kind == "forked":
                self._made = int(number), descriptors[0]
            if kind == wanted:
                return int(number)

    def close(self) -> None:
        """End the zygote and every process that it forked."""
        if self._made:
            os.close(self._made[1])
        self._spare.close()
        self._control.close()
        self._process.kill()
        self._process.communicate()


class ForkingLauncher:
    """Starts confined processes; one zygote for each set of packages and memory limit."""

    def __init__(self, isolation: str, start_zygote: Starter) -> None:
        self.isolation = isolation
        self._start_zygote = start_zygote
        self._zygotes: dict[tuple[tuple[str, ...], int], Zygote] = {}

    def start(
        self, packages: Sequence[str], memory_mb: int, calls: Mapping[str, bytes] = NO_CALLS
    ) -> ForkedChild:
        """Return a process that has the packages imported."""
        key = tuple(packages), memory_mb
        if key in self._zygotes:
            # A zygote that is gone is replaced; the submission is graded all the same.
            try:
                return self._zygotes[key].take()
            except OSError:
                self._zygotes.pop(key).close()
        try:
            self._zygotes[key] = Zygote(packages, memory_mb, calls, self._start_zygote)
            return self._zygotes[key].take()
        except OSError as error:
            raise CourseError(f"The sandbox cannot be started: {error}.") from None

    def close(self) -> None:
        """End all zygotes."""
        while self._zygotes:
            self._zygotes.popitem()[1].close()


def config_for(packages: Sequence[str], sealed: bool) -> dict[str, Any]:
    """Return what every zygote is told."""
    calls = seccomp.compile_filter().hex()
    return {"packages": [*packages], "sealed": sealed, "calls": calls}


def start_sealed(packages: Sequence[str], control: int) -> Started:
    """Start a zygote in bubblewrap.

    A zygote of root is root in a user namespace of its own only, with one more account in it to
    which its processes change.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise OSError("bubblewrap (bwrap) is not installed")
    root = os.geteuid() == 0
    config = config_for(packages, sealed=True) | {
        "paths": [f"{_INSIDE}/packages"],
        "account": [1, 1] if root else None,
        "absent": [str(Path(coursekit.__file__).parent / "core")],
        "readable": [],
    }
    command = [program, *_namespaces(), *_view(packages)]
    inherited = [control]
    if root:
        info, told = os.pipe()
        waits, go = os.pipe()
        command += ["--info-fd", str(told), "--userns-block-fd", str(waits)]
        inherited += [told, waits]
    command += python("zygote", _INSIDE, config["paths"])
    process = popen([*command, str(control)], inherited)
    if root:
        os.close(told)
        os.close(waits)
        with os.fdopen(info, "rb") as stream:
            told_by_it = stream.read()
        with os.fdopen(go, "wb") as release, contextlib.suppress(ValueError, OSError):
            pid = json.loads(told_by_it)["child-pid"]
            for kind in ("uid", "gid"):
                Path(f"/proc/{pid}/{kind}_map").write_text(f"0 0 1\n1 {NOBODY} 1\n")
            release.write(b"1")
    return process, config


def _namespaces() -> list[str]:
    command = [f"--unshare-{name}" for name in ("user", "pid", "net", "ipc", "uts", "cgroup-try")]
    command += ["--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL"]
    for capability in ("SYS_ADMIN", "SETUID", "SETGID"):
        command += ["--cap-add", f"CAP_{capability}"]
    # User 0 of the sandbox alone, never of the machine: it owns the sandbox's other namespaces.
    command += ["--uid", "0", "--gid", "0", "--clearenv"]
    for name, value in environment().items():
        command += ["--setenv", name, value]
    return command


def _view(packages: Sequence[str]) -> list[str]:
    """Say what exists in the sandbox: the interpreter, some packages, the folder ``child``."""
    view = ["--perms", "0755", "--dir", _INSIDE, "--perms", "0755", "--dir", f"{_INSIDE}/packages"]
    for name in ("/lib", "/lib64"):
        if os.path.islink(name):
            view += ["--symlink", os.readlink(name), name]
    shown, masked = installed.interpreter()
    for folder in sorted({str(p) for path in shown for p in Path(path).parents}):
        view += ["--perms", "0755", "--dir", folder]
    for path in shown:
        view += ["--ro-bind", path, path]
    for path in masked:
        view += ["--tmpfs", path, "--remount-ro", path]
    for name, path in installed.files(packages).items():
        view += ["--ro-bind", path, f"{_INSIDE}/packages/{name}"]
    view += ["--ro-bind", str(CHILD), f"{_INSIDE}/child", "--dev", "/dev", "--remount-ro", "/dev"]
    return [*view, "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/"]


def popen(command: Sequence[str], inherited: Sequence[int]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd="/",
        pass_fds=inherited,
        start_new_session=True,
    )
