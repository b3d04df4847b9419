"""A run that is killed or interrupted at any moment goes on where it was: nothing lost, no repeats.

``bench_survival.py`` does the same with two hundred kills of a class of three hundred.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import cohort
import measuring
import pytest
import survival

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")

COUNT = 40


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, cohort.Table]:
    folder = tmp_path_factory.mktemp("class")
    return folder, cohort.write(folder, COUNT, seed=3, outputs=False)


def test_killed_runs_end_with_the_table_of_an_undisturbed_one(
    handed_in: tuple[Path, cohort.Table], tmp_path: Path
) -> None:
    folder, deserved = handed_in
    *_, outcome = survival.kill_and_restart(folder, tmp_path, kills=5, seed=1, longest=4.0)
    assert outcome.kills == 5
    assert outcome.problems == []
    records = json.loads((tmp_path / "round-1" / "results.json").read_text())["records"]
    assert cohort.differences(records, deserved) == []


def test_an_interrupted_run_ends_cleanly_with_what_is_done(
    handed_in: tuple[Path, cohort.Table], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = measuring.coursekit_grade(handed_in[0], "--out", out, "--workers", 1)
    pipe = subprocess.PIPE
    run = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd="/")
    while len(survival.stored(out, tmp_path / "copy")) < 16 and run.poll() is None:
        time.sleep(0.05)
    family = measuring.family(run.pid)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate()
    assert run.returncode == 130, told
    assert "Traceback" not in told
    assert "What is done is kept" in told
    assert all(map(survival.gone, family))
    done = survival.table(out)
    assert len(done) >= 16
    survival.finish(command)
    assert [record for record in survival.table(out) if record in done] == done
    records = json.loads((out / "results.json").read_text())["records"]
    assert cohort.differences(records, handed_in[1]) == []
