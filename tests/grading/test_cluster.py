"""Grading on a Dask cluster: the records are those of grading here; errors are sentences."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import toy
from test_run import ENDLESS, TIER, class_of, coursekit_grade, table

import coursekit
from coursekit.errors import CourseError
from coursekit.grading import cluster
from coursekit.grading.tasks import Task

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")


def start(workers: int) -> Any:
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=":0",
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    import dask

    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), start(2) as made:
        yield made.scheduler_address


def sandboxes() -> list[int]:
    """The zygotes that are alive below this process."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if any("zygote.main" in word for word in process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_the_records_are_those_of_grading_here(tmp_path: Path, address: str) -> None:
    work = class_of(tmp_path / "in", 12)
    toy.hand_in(work, "slow", [toy.IMPORTS, ENDLESS], "00_start_here.ipynb")
    (work / "link").mkdir()
    (work / "link" / "00_start_here.ipynb").symlink_to(
        work / "s000" / "00_start_here.ipynb",
    )
    secret = tmp_path / "secret"
    here = coursekit_grade(work, "--out", tmp_path / "here", "--secret-file", secret)
    words = work, "--out", tmp_path / "there", "--secret-file", secret, "--cluster", address
    there = coursekit_grade(*words)
    assert there.returncode == here.returncode == 0, there.stderr
    assert there.stdout.replace("there", "here") == here.stdout
    assert table(tmp_path / "there") == table(tmp_path / "here")
    statuses = {record["status"] for record in table(tmp_path / "there")}
    assert statuses >= {"passed", "failed", "not_attempted", "timeout", "ungraded"}
    assert there.stderr == here.stderr

    before = (tmp_path / "there" / "results.json").read_text(encoding="utf-8")
    coursekit_grade(*words)
    # The times too: nothing was graded twice.
    assert (tmp_path / "there" / "results.json").read_text(encoding="utf-8") == before
    assert sandboxes() == []


class Deadly:
    """Ends the worker process that receives it."""

    def __init__(self, task: Task, home: int) -> None:
        self.task, self.home = task, home
        if os.getpid() != home:
            os._exit(3)

    def __reduce__(self) -> Any:
        return Deadly, (self.task, self.home)


def test_a_worker_that_dies_loses_its_task_alone(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = class_of(tmp_path, 4)
    tasks = [Task(p.name, (p / "00_start_here.ipynb",)) for p in sorted(work.iterdir())]
    pack = cluster.pack
    monkeypatch.setattr(
        cluster,
        "pack",
        lambda task, key: Deadly(task, os.getpid()) if task.student == "s001" else pack(task, key),
    )
    with cluster.Cluster(address) as graders:
        done = {d.task.student: d for d in graders.run(tasks, TIER, b"secret")}
    assert [p.reason for p in done["s001"].problems] == [
        "Not graded, because the grader crashed on this notebook."
    ]
    for student in ("s000", "s002", "s003"):
        assert done[student].graded, done[student]


def test_what_is_sent_has_no_pictures(tmp_path: Path) -> None:
    plain, broken, large = (tmp_path / f"{n}.ipynb" for n in ("plain", "broken", "large"))
    plain.write_text('{"cells": [{"data": {"image/png": "iVBOR"}}]}', encoding="utf-8")
    broken.write_text('{"cells": [{"data": {"image/png": "iVBOR"}}', encoding="utf-8")
    sent = cluster.pack(Task("ada", (plain, broken, large)), b"secret")
    assert sent.read(plain) == b'{"cells": [{"data": {"image/png": ""}}]}'
    assert sent.read(broken) == broken.read_bytes()
    assert "secret" not in repr(sent)
    with pytest.raises(cluster.Unreadable, match=r"^large\.ipynb is not a file\.$"):
        sent.read(large)


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 1)
    for nowhere in ("tcp://127.0.0.1:9", "nonsense"):
        with pytest.raises(CourseError, match=f"No Dask scheduler answers at {nowhere}: "):
            cluster.Cluster(nowhere)


def test_a_cluster_without_workers() -> None:
    with start(0) as made, pytest.raises(CourseError, match=r"^The cluster at .* has no workers"):
        cluster.Cluster(made.scheduler_address)


def test_a_worker_with_another_version(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coursekit, "__version__", "0.0")
    with pytest.raises(CourseError, match=r"has coursekit .*, here is 0\.0: install the same"):
        cluster.Cluster(address)


def test_isolation_is_chosen_on_the_workers(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster.Cluster(address) as graders:
        assert graders.choose(TIER) == TIER
        with pytest.raises(CourseError, match="There is no isolation 'wall'"):
            graders.choose("wall")
        tiers = {"tcp://a": "sealed", "tcp://b": "restricted"}
        monkeypatch.setattr(graders, "_everywhere", lambda *_: tiers)
        with pytest.raises(CourseError, match=r"\(tcp://a: sealed, tcp://b: restricted\)"):
            graders.choose("auto")


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"pip install 'coursekit\[cluster\]'"):
        cluster.Cluster("tcp://127.0.0.1:9")


def test_workers_here_and_a_cluster(tmp_path: Path) -> None:
    done = coursekit_grade(tmp_path, "--workers", 2, "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "coursekit: A cluster has its own workers: leave out --workers or --cluster."
    )
