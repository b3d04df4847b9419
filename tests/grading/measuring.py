"""What the grader's benchmarks share: how busy the machine is, quantiles, what a command uses."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

#: Seconds between two looks at the memory of a process tree.
_PAUSE = 1.0


def load() -> str:
    """Say how busy the machine is: figures of a busy one are worse than those of a quiet one."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def summary(seconds: Sequence[float]) -> tuple[float, float]:
    """Return median and 99th percentile in ms."""
    median, high = np.quantile(seconds, [0.5, 0.99]) * 1e3
    return float(median), float(high)


@dataclass(frozen=True)
class Finished:
    """A command that has ended: its time, its largest memory, what it said.

    ``cpu`` is the processor time of all its processes in seconds; work in the last moments before
    the end may be missing. ``rss`` counts memory that processes share once for each of them,
    ``pss`` counts it once.
    """

    seconds: float
    cpu: float
    rss: int
    pss: int
    out: str
    err: str


def coursekit_grade(*arguments: object) -> list[str]:
    """Return the command line of ``coursekit grade``."""
    return [sys.executable, "-m", "coursekit", "grade", *map(str, arguments)]


def run(command: Sequence[str]) -> Finished:
    """Run a command to its end and watch the memory of it and of everything that it starts."""
    start = time.perf_counter()
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd="/")
    watch = _Watch(process.pid)
    watch.start()
    out, err = process.communicate()
    seconds = time.perf_counter() - start
    watch.ended.set()
    watch.join()
    assert process.returncode == 0, err
    return Finished(seconds, watch.cpu, watch.rss, watch.pss, out, err)


class _Watch(threading.Thread):
    """Looks at a process tree now and then and keeps the largest figures."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.cpu = 0.0
        self.rss = self.pss = 0
        self._pid = pid

    def run(self) -> None:
        while not self.ended.wait(_PAUSE):
            everyone = [psutil.Process(self._pid), *family(self._pid)]
            totals = [_memory(process.pid) for process in everyone]
            self.rss = max(self.rss, sum(rss for rss, _ in totals))
            self.pss = max(self.pss, sum(pss for _, pss in totals))
            self.cpu = max(self.cpu, sum(map(_processor, everyone)))


def family(pid: int) -> list[psutil.Process]:
    """Return everything that a process has started, directly or not."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def _processor(process: psutil.Process) -> float:
    """Return the processor time of a process and of those that it has started and collected."""
    with contextlib.suppress(psutil.Error):
        return sum(process.cpu_times()[:4])
    return 0.0


def _memory(pid: int) -> tuple[int, int]:
    found = {"Rss": 0, "Pss": 0}
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, _, size = line.partition(":")
            if name in found:
                found[name] = int(size.split()[0]) << 10
    return found["Rss"], found["Pss"]
