"""What surrounds an attack: folders, sockets, processes, memory, and what a process sends."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

import coursekit
from attacks import PLENTY, vault
from coursekit.core import registry
from coursekit.core.spec import Lesson
from coursekit.grading import isolation, records, run, tasks
from coursekit.grading.hidden import draw
from coursekit.grading.process import CHILD, Launcher
from coursekit.grading.records import Record
from coursekit.grading.store import Store
from coursekit.grading.submissions import Problem, collect
from coursekit.grading.tasks import Done, Task

#: In the name of everything that an attack leaves behind; several runs do not meet.
TRACE = f"coursekit-attack-{os.getpid()}"
#: Modules that an attack may leave in the working folder.
_SHADOWS = ("numpy.py", "sitecustomize.py", "usercustomize.py", "colorsys.py", "coursekit.py")
#: Key of what an attack leaves in the machine's shared memory.
_KEY = 0xC0A70000 + os.getpid() % 0x10000

SECRET = b"canary-secret-0123456789abcdef0123456789abcdef"
#: Strings that no student's process has any business to know.
MARKERS = (
    SECRET,
    b"canary-environment",
    b"canary-reference",
    b"canary-neighbour",
    b"canary-traced",
)

#: Cells that are too long to be written down.
_LONG = {
    "chain": "TOTAL = " + "+".join(["1"] * 700),
    "statements": "\n".join(f"N{number} = {number}" for number in range(8_000)),
    "magics": "\n".join(f"%magic {number}" for number in range(2_000)),
    "megabytes": "TABLE = [" + "1, " * (8 << 18) + "]",
}

#: The judge's own work on a submission, however hostile, in seconds of processor time.
JUDGE = 8.0

_SUBREAPER = 36
#: How deep the folder of submissions is looked at.
_LEVELS = ("*", "*/*", "*/*/*")


def adopt_orphans() -> None:
    """Become the parent of every process whose own parent ends: nothing escapes from view."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


class Tap:
    """A socket that remembers what the other side has sent."""

    def __init__(self, connection: socket.socket, heard: bytearray) -> None:
        self._connection = connection
        self._heard = heard

    def recv(self, most: int) -> bytes:
        """Receive, and keep a copy."""
        got = self._connection.recv(most)
        self._heard += got
        return got

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class TappedLauncher:
    """A launcher that hears everything that students' processes send."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self.isolation = launcher.isolation
        self.heard = bytearray()
        self.children: list[Any] = []

    def start(self, *arguments: Any) -> Any:
        """Start a process."""
        child: Any = self._launcher.start(*arguments)
        child.channel._socket = Tap(child.channel._socket, self.heard)
        self.children = [child]
        return child

    def close(self) -> None:
        """End everything."""
        self._launcher.close()


@dataclass
class Graded:
    """What came of a run."""

    records: dict[tuple[str, str], Record]
    problems: list[Problem]
    output: dict[str, bytes]
    heard: dict[str, bytes]
    judge_seconds: float

    def of(self, student: str) -> dict[str, Record]:
        """A student's records by exercise."""
        return {exercise: r for (name, exercise), r in self.records.items() if name == student}


def notebook(sources: Sequence[str], **more: Any) -> dict[str, Any]:
    """Return a notebook with these code cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more


def right_notebook(**changed: str) -> dict[str, Any]:
    """Return a notebook with right answers, some cells replaced, and a text nobody may read."""
    answers = {key.partition(".")[2]: text for key, text in vault.RIGHT.items()} | changed
    return notebook([vault.IMPORTS + "# canary-neighbour", *answers.values()])


@dataclass
class World:
    """One tier's worker and the folders of its runs.

    Args:
        root: an empty folder.
        launcher: starts the students' processes.
    """

    root: Path
    launcher: TappedLauncher
    signals: int = 0
    idle: int = 0
    roots: set[int] = field(default_factory=set)
    lesson: Lesson = field(default_factory=lambda: vault.lesson(PLENTY))
    sockets: dict[str, socket.socket] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("in", "out", "home"):
            (self.root / name).mkdir()
        self.before = {p.pid for p in psutil.Process().children(recursive=True)}
        self.above = {os.getpid(), *(p.pid for p in psutil.Process().parents())}
        self._listen()

    def warm(self) -> None:
        """Grade a right answer, so that the worker is as it is between two submissions."""
        with self.handed_in(zoe=right_notebook()):
            assert self.grade().of("zoe")["vault.scale"].status == "passed"
        time.sleep(0.2)
        own = [p for p in self._own() if p.ppid() == os.getpid()]
        self.roots = {p.pid for p in own}
        self.idle = len(self._own())

    def _listen(self) -> None:
        path, abstract = str(self.root / "unix"), TRACE
        for name, family, kind, address in (
            ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("unix", socket.AF_UNIX, socket.SOCK_STREAM, path),
            ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}"),
        ):
            made = socket.socket(family, kind)
            made.bind(address)
            made.setblocking(False)
            if kind == socket.SOCK_STREAM:
                made.listen()
            self.sockets[name] = made

    def words(self) -> dict[str, str]:
        """What attacks know about their surroundings: far more than a student could."""
        return {
            "submissions": str(self.root / "in"),
            "out": str(self.root / "out"),
            "secret": str(self.root / "out" / "grading.secret"),
            "home": str(self.root / "home"),
            "course": str(Path(coursekit.__file__).parent),
            "tests": str(Path(__file__).parent),
            "tcp": str(self.sockets["tcp"].getsockname()[1]),
            "udp": str(self.sockets["udp"].getsockname()[1]),
            "unix": str(self.root / "unix"),
            "abstract": TRACE,
            "key": str(_KEY),
            "trace": TRACE,
            "odd": "TEXT = '\0\ud800\x0c\u202e'",
        } | _LONG

    @contextlib.contextmanager
    def handed_in(self, **notebooks: Any) -> Iterator[Path]:
        """Put notebooks into the folder of submissions, one for each student, and clean up."""
        folder = self.root / "in"
        try:
            for student, tree in notebooks.items():
                (folder / student).mkdir(parents=True, exist_ok=True)
                text = json.dumps(tree)
                (folder / student / vault.NOTEBOOK).write_text(text, encoding="utf-8")
            yield folder
        finally:
            self._tidy()
            for place in (self.root / "in", self.root / "out", self.root / "home"):
                _remove(place)
                place.mkdir()

    def grade(
        self, seconds: float = PLENTY, only: Sequence[str] = (), lesson: Lesson | None = None
    ) -> Graded:
        """Grade what is in the folder of submissions, as ``coursekit grade`` does.

        Args:
            seconds: the limit of one case.
            only: students to grade; nobody named: all.
            lesson: another lesson than the vault's.
        """
        self.lesson = lesson or vault.lesson(seconds)
        out = self.root / "out"
        (out / "grading.secret").write_bytes(SECRET)
        heard: dict[str, bytes] = {}

        def runner(given: Iterator[Task]) -> Iterator[Done]:
            self.launcher.heard.clear()
            for done in tasks.run_here(given, self.launcher, SECRET):
                student = done.task.student
                heard[student] = heard.get(student, b"") + bytes(self.launcher.heard)
                self.launcher.heard.clear()
                yield done

        start = time.process_time()
        found, problems = collect(self.root / "in")
        found = [each for each in found if each.student in only or not only]
        store = Store(out / "grading.sqlite")
        try:
            this = run.Run(found, store)
            this.grade(runner)
            problems = [*problems, *this.problems]
            records.write(out, this.records, problems)
        finally:
            store.close()
        return Graded(
            {(record.student, record.exercise): record for record in this.records},
            problems,
            {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()},
            heard,
            time.process_time() - start,
        )

    def canaries(self, student: str) -> vault.Canaries:
        """What stands in a student's hidden cases."""
        tier = self.launcher.isolation
        cases = {e.id: list(draw(SECRET, student, e, tier)) for e in vault.EXERCISES}
        return vault.canaries(cases)

    def _own(self) -> list[psutil.Process]:
        """What has come since: not what a browser of other tests goes on starting beside this."""
        found = []
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                kin = {process.pid, *(each.pid for each in process.parents())} - self.above
                kin.add(os.getpgid(process.pid))
                if not kin & self.before and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def strangers(self) -> list[str]:
        """Name the processes that are there beside an idle worker's; they get a moment to end."""
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            own = self._own()
            if len(own) <= self.idle and all(self._belongs(process) for process in own):
                return []
            time.sleep(0.02)
        return [repr(process) for process in own if not self._belongs(process)] or [
            f"{len(own)} processes where {self.idle} are usual"
        ]

    def _belongs(self, process: psutil.Process) -> bool:
        """Whether a process is a worker's: the sandbox or something in it."""
        with contextlib.suppress(psutil.NoSuchProcess):
            if self.launcher.isolation == "process":
                return False
            line = [process, *process.parents()]
            me = next(i for i, each in enumerate(line) if each.pid == os.getpid())
            # The sandbox is what the launcher has started, directly, with a program of its own.
            return line[me - 1].pid in self.roots or "zygote" in " ".join(line[me - 1].cmdline())
        return True

    def contents(self) -> dict[str, str]:
        """Return what is in the folder of submissions: names, kinds, times and contents."""
        found = {}
        for path in sorted(p for level in _LEVELS for p in (self.root / "in").glob(level)):
            about = path.lstat()
            content = b""
            with contextlib.suppress(PermissionError):  # for an ordinary user: the mode tells it
                content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            digest = hashlib.sha256(content).hexdigest()
            found[str(path)] = f"{about.st_mode:o} {about.st_mtime_ns} {digest}"
        return found

    def traces(self) -> list[str]:
        """Name what an attack has left in the file system, in memory and on sockets."""
        found = [str(path) for path in _traced(self._places())]
        found += [f"shared memory: {line}" for _, line in _segments()]
        for name, listening in self.sockets.items():
            with contextlib.suppress(BlockingIOError):
                if name == "udp":
                    listening.recvfrom(1 << 16)
                else:
                    listening.accept()[0].close()
                found.append(f"something came to the {name} socket")
        if self.signals:
            found.append("a signal came to the grader")
        return found

    def _places(self) -> list[Path]:
        numpy_folder = Path(np.__file__).parent
        places = [*(self.root / name for name in ("in", "out", "home")), self.root, Path.cwd()]
        places += [CHILD, CHILD / "coursekit", CHILD.parent, CHILD.parent.parent, Path("/")]
        places += [Path(name) for name in ("/tmp", "/var/tmp", "/dev/shm", "/dev", "/run")]
        return [*places, numpy_folder, numpy_folder.parent, *map(Path, sys.path)]

    def _tidy(self) -> None:
        """Remove what an attack has left, so that nothing of it meets the next test."""
        for path in _traced(self._places()):
            with contextlib.suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    path.rmdir()
                else:
                    path.unlink()
        for kind, line in _segments():
            subprocess.run(["ipcrm", f"-{kind[0]}", line.split()[1]], check=False)
        for process in self._own():
            with contextlib.suppress(psutil.NoSuchProcess):
                if not self._belongs(process):
                    process.send_signal(signal.SIGKILL)
        self.traces()
        self.signals = 0
        # Orphans were adopted: bury those that have ended and that nobody else waits for.
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
                if process.status() == psutil.STATUS_ZOMBIE and process.pid not in self.before:
                    os.waitpid(process.pid, os.WNOHANG)

    def close(self) -> None:
        """End the worker and the sockets."""
        self.launcher.close()
        for listening in self.sockets.values():
            listening.close()


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        # Nested too deeply for Python, or closed to its owner.
        subprocess.run(["chmod", "-R", "u+rwX", str(folder)], check=False)
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def _traced(places: Sequence[Path]) -> list[Path]:
    found = {}
    for place in dict.fromkeys(places):
        with contextlib.suppress(OSError):
            for path in place.iterdir():
                if TRACE in path.name or (path.name in _SHADOWS and TRACE in path.read_text()):
                    found[path] = None
    return list(found)


def _segments() -> list[tuple[str, str]]:
    found = []
    for kind, file in (("m", "shm"), ("s", "sem"), ("q", "msg")):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/sysvipc/{file}").read_text().splitlines()[1:]:
                if int(line.split()[0]) & 0xFFFFFFFF == _KEY:
                    found.append((kind, line))
    return found


@contextlib.contextmanager
def made(tier: str, folder: Path) -> Iterator[World]:
    """Make a watched worker of a tier for the vault alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "lessons", lambda: [found.lesson])
        patch.setattr(registry, "lesson", lambda room: found.lesson)
        patch.setenv("COURSEKIT_ATTACK_PROBE", "canary-environment")
        adopt_orphans()
        found = World(folder, TappedLauncher(isolation.launcher(tier)))

        def count(*_: Any) -> None:
            found.signals += 1

        before = signal.signal(signal.SIGURG, count)
        try:
            found.warm()
            yield found
        finally:
            found.close()
            signal.signal(signal.SIGURG, before)


def check_next(graded: Graded) -> None:
    """The next student's right answers get full marks."""
    for record in graded.of("zoe").values():
        assert (record.status, record.points) == ("passed", record.max_points), record


def found_in(data: bytes, canaries: Iterable[bytes]) -> list[bytes]:
    """Return the canaries that occur in some bytes."""
    return [canary for canary in canaries if canary in data]
