"""Kills a grading run at random moments and starts it again, until it is done."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import measuring
import psutil

#: Seconds in which everything that a killed run has started must be gone.
_PATIENCE = 10.0

#: (student, exercise) -> what is stored.
Rows = dict[tuple[str, str], str]


def table(out: Path) -> list[dict[str, Any]]:
    """Return the records of a finished run without the times, which differ from run to run."""
    records = json.loads((out / "results.json").read_text(encoding="utf-8"))["records"]
    return [{k: v for k, v in record.items() if k != "seconds"} for record in records]


def stored(out: Path, copy: Path) -> Rows:
    """Return what is stored, read from a copy: the next run finds what the killed one has left."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for path in out.glob("grading.sqlite*"):
        with contextlib.suppress(FileNotFoundError):  # a run that goes on removes its journal
            shutil.copy(path, copy)
    if not (copy / "grading.sqlite").exists():
        return {}
    with contextlib.closing(sqlite3.connect(copy / "grading.sqlite")) as database:
        try:
            rows = database.execute("SELECT student, exercise, record FROM records").fetchall()
        except sqlite3.DatabaseError:  # no table yet, or copied while it was written
            return {}
    return {(student, exercise): record for student, exercise, record in rows}


@dataclass
class Outcome:
    """What a series of kills did: how many there were, and what went wrong."""

    kills: int = 0
    rounds: int = 0
    problems: list[str] = field(default_factory=list)


def kill_and_restart(
    submissions: Path, folder: Path, kills: int, seed: int, longest: float, workers: int = 2
) -> Iterator[Outcome]:
    """Kill runs until enough kills have hit; a run that gets to its end is followed by a new one.

    After each kill, what was stored before must still be there, unchanged to the last digit of the
    time it took: nothing is lost and nothing is graded twice.

    Args:
        submissions: what is graded.
        folder: where results go, beside ``calm``, the results of a run that nobody disturbs.
        kills: how many.
        seed: of the moments.
        longest: a run is killed within so many seconds.
        workers: for each run.

    Yields:
        The outcome so far, after each kill.
    """
    calm, key = folder / "calm", folder / "key"
    shared = submissions, "--workers", workers, "--secret-file", key
    finish(measuring.coursekit_grade(*shared, "--out", calm))
    expected, rng, outcome = table(calm), random.Random(seed), Outcome()
    while outcome.kills < kills:
        outcome.rounds += 1
        out = folder / f"round-{outcome.rounds}"
        command = measuring.coursekit_grade(*shared, "--out", out)
        known: Rows = {}
        while outcome.kills < kills and _kill_one(command, rng.uniform(0.0, longest), outcome):
            known = _compare(known, stored(out, folder / "copy"), outcome)
            yield outcome
        finish(command)
        _compare(known, stored(out, folder / "copy"), outcome)
        if table(out) != expected:
            outcome.problems.append(f"round {outcome.rounds}: the table is another one")
    yield outcome


def _kill_one(command: list[str], moment: float, outcome: Outcome) -> bool:
    """Start a run and kill it; ``False`` if it was done before."""
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(moment)
        return False
    family = measuring.family(run.pid)
    run.kill()
    run.wait()
    outcome.kills += 1
    left = [p for p in family if not gone(p)]
    outcome.problems += [f"kill {outcome.kills}: {p.pid} lives on" for p in left]
    return True


def gone(process: psutil.Process) -> bool:
    """Wait until a process has ended; ``False`` if it does not."""
    limit = time.monotonic() + _PATIENCE
    while time.monotonic() < limit:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.01)
                continue
        return True
    return False


def _compare(before: Rows, after: Rows, outcome: Outcome) -> Rows:
    """Note what was stored and is not there any more, or is there with another time."""
    for key, record in before.items():
        # What could not be graded is tried again by each run.
        if json.loads(record)["status"] != "ungraded" and after.get(key) != record:
            what = "graded twice" if key in after else "lost"
            outcome.problems.append(f"kill {outcome.kills}: {' '.join(key)} {what}")
    return after


def finish(command: list[str]) -> None:
    """Run a command to its end."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr
