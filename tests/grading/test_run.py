"""The command ``coursekit grade`` as an instructor meets it: workers, kills, a secret."""

from __future__ import annotations

import functools
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import psutil
import pytest
import toy

from coursekit.grading import isolation
from coursekit.grading.pool import Pool
from coursekit.grading.run import Run
from coursekit.grading.store import Store
from coursekit.grading.submissions import Submission

RIGHT = '@ck.exercise("start.relu")\ndef relu(x):\n    return np.maximum(x, 0)'
WRONG = '@ck.exercise("start.relu")\ndef relu(x):\n    return abs(x)'
STUB = '@ck.exercise("start.relu")\ndef relu(x):\n    raise NotImplementedError'
ENDLESS = '@ck.exercise("start.relu")\ndef relu(x):\n    while True:\n        pass'

TIER = next(t for t in isolation.TIERS if isolation.problem(t) is None)


def class_of(folder: Path, count: int) -> Path:
    """Hand in for so many students: right, wrong, not written, broken."""
    for number in range(count):
        sources = [toy.IMPORTS, (RIGHT, WRONG, STUB)[number % 3]]
        path = toy.hand_in(folder, f"s{number:03d}", sources, "00_start_here.ipynb")
        if number % 10 == 9:
            path.write_text("{", encoding="utf-8")
    return folder


def command(*arguments: object) -> list[str]:
    tier = () if "--isolation" in arguments else ("--isolation", TIER)
    return [sys.executable, "-m", "coursekit", "grade", *map(str, arguments), *tier]


def coursekit_grade(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False, cwd="/")


def table(out: Path) -> list[dict[str, Any]]:
    """The records without the time they took."""
    tree = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return [{k: v for k, v in record.items() if k != "seconds"} for record in tree["records"]]


def descendants(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more


def alive(pids: set[int]) -> set[int]:
    """Those that still run; one that has ended and is not collected does not."""
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            found.add(pid)
    return found


def test_a_class_is_graded_by_several_workers(tmp_path: Path) -> None:
    done = coursekit_grade(class_of(tmp_path / "in", 12), "--out", tmp_path / "out", "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert "12 students, 12 exercises: 4 failed, 4 not_attempted, 3 passed" in done.stdout
    assert f"Isolation: {TIER}." in done.stdout
    records = table(tmp_path / "out")
    assert [r["status"] for r in records[:3]] == ["passed", "failed", "not_attempted"]
    assert records[9]["status"] == "ungraded"
    assert records[9]["points"] is None
    assert {r["isolation"] for r in records if r["status"] != "ungraded"} == {TIER}
    grades = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert len(grades) == 13


def test_a_download_is_graded_from_its_archive(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "in", 3)
    path = tmp_path / "submissions.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for number, student in enumerate(sorted(folder.iterdir())):
            for notebook in student.glob("*.ipynb"):
                zipped.write(notebook, f"{student.name}_{number}_99_{notebook.name}")
    for _ in range(2):
        done = coursekit_grade(path, "--out", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        assert [r["status"] for r in table(tmp_path / "out")] == [
            "passed",
            "failed",
            "not_attempted",
        ]
        kept = {path.name for path in (tmp_path / "out").iterdir()}
        assert kept == {"results.json", "grades.csv", "grading.secret", "grading.sqlite"}


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder, key = class_of(tmp_path / "in", 1), tmp_path / "key"
    coursekit_grade(folder, "--out", tmp_path / "out", "--secret-file", key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    first = key.read_text(encoding="utf-8")
    coursekit_grade(folder, "--out", tmp_path / "out", "--secret-file", key)
    assert key.read_text(encoding="utf-8") == first
    key.write_text("short")
    done = coursekit_grade(folder, "--out", tmp_path / "out", "--secret-file", key)
    assert done.returncode == 1
    assert "is not a key: it needs at least 32 characters." in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "nowhere does not exist"),
        ([".", "--isolation", "iron"], "There is no isolation 'iron'"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_boundary_it_refuses_unless_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(isolation, "problem", lambda tier: "not here")
    with pytest.raises(isolation.CourseError, match="no boundary around students"):
        isolation.choose("auto")
    with pytest.raises(isolation.CourseError, match="not possible here"):
        isolation.choose("sealed")
    assert isolation.choose("process") == "process"


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_killed_run_leaves_nothing_and_continues(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "in", 40)
    key = tmp_path / "key"
    coursekit_grade(folder, "--out", tmp_path / "calm", "--secret-file", key)
    rng = random.Random(0)
    arguments = [folder, "--out", tmp_path / "out", "--secret-file", key]
    for _ in range(4):
        running = subprocess.Popen(
            command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(rng.uniform(0.3, 2.5))
        family = descendants(running.pid)
        running.kill()
        running.wait()
        for _ in range(100):
            if not alive(family):
                break
            time.sleep(0.05)
        assert not alive(family)
    assert coursekit_grade(*arguments).returncode == 0
    assert table(tmp_path / "out") == table(tmp_path / "calm")


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_an_interrupted_run_keeps_what_is_done(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "in", 3)
    for number in range(20):
        toy.hand_in(folder, f"z{number}", [toy.IMPORTS, ENDLESS], "00_start_here.ipynb")
    running = subprocess.Popen(
        command(folder, "--out", tmp_path / "out", "--workers", 1),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(6)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate()
    assert running.returncode == 130
    assert "Traceback" not in told
    assert [r["status"] for r in table(tmp_path / "out")[:2]] == ["passed", "failed"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_ctrl_c_while_the_workers_start_is_no_traceback(tmp_path: Path) -> None:
    """A terminal sends the signal to all processes, also to those that have just been started."""
    folder = class_of(tmp_path / "in", 300)  # so many that no run is done before the signal
    for moment in (0.0, 0.002, 0.005, 0.01, 0.02, 0.1, 0.3):
        running = subprocess.Popen(
            command(folder, "--out", tmp_path / f"out-{moment}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        while not descendants(running.pid) and running.poll() is None:
            time.sleep(0.001)
        time.sleep(moment)
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate()
        assert running.returncode == 130
        assert "Traceback" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_a_worker_that_dies_loses_one_task_alone(tmp_path: Path) -> None:
    found = []
    for student, source in (("ada", ENDLESS), ("bob", RIGHT), ("cyd", WRONG)):
        path = toy.hand_in(tmp_path, student, [toy.IMPORTS, source], "00_start_here.ipynb")
        found.append(Submission(student, (path,)))
    job = Run(found, Store(Path(":memory:")))
    import multiprocessing
    import threading

    def kill() -> None:
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)

    timer = threading.Timer(1.2, kill)
    with Pool(1) as pool:
        timer.start()
        job.grade(functools.partial(pool.run, tier=TIER, secret=b"secret"))
    ada, bob, cyd = job.records
    assert (ada.status, ada.points) == ("ungraded", None)
    assert ada.reason == "Not graded, because the grader crashed on this notebook."
    assert (bob.status, cyd.status) == ("passed", "failed")
    assert [problem.path for problem in job.problems] == ["ada/00_start_here.ipynb"]


def test_workers_get_one_thread_each_and_the_environment_stays_as_it_was(monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    before = dict(os.environ)
    with Pool(1) as pool:
        worker = psutil.Process(pool._workers[0].process.pid)
        until = time.monotonic() + 10  # it is the parent's program for a moment
        while "OPENBLAS_NUM_THREADS" not in worker.environ() and time.monotonic() < until:
            time.sleep(0.01)
        environment = worker.environ()
    assert environment["OMP_NUM_THREADS"] == environment["OPENBLAS_NUM_THREADS"] == "1"
    assert dict(os.environ) == before
