"""How long other ways of grading the same answers take: nbclient, nbgrader, otter-grader.

All see the same students, the same answers and as many calls in one run. The others get a notebook
of the exercise cells alone, we find them in the whole lesson. The others are measured on a few
students and the figure for one is compared; the start of nbgrader's command is taken off.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time

import cohort
import measuring
import nbformat
import peers
import pytest
from nbclient import NotebookClient

#: How many students each of the others grades.
FEW = 10
#: How many we grade.
COUNT = int(os.environ.get("COURSEKIT_CLASS", "1000"))
KINDS = {"right": 50, "partly wrong": 30, "partly done": 20}
BOUND = 50


@pytest.fixture(scope="module")
def few():
    found = list(cohort.students(FEW + 1, kinds=KINDS))
    assert len({work.kind for work in found}) > 1
    return found


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """Seconds for one submission, by number of workers."""
    folder = tmp_path_factory.mktemp("ours")
    table = cohort.write(folder / "in", COUNT, outputs=False, kinds=KINDS)
    found = {}
    for workers in (2, 1):
        out = folder / f"out-{workers}"
        arguments = folder / "in", "--out", out, "--workers", workers
        done = measuring.run(measuring.coursekit_grade(*arguments))
        records = json.loads((out / "results.json").read_text(encoding="utf-8"))["records"]
        assert cohort.differences(records, table) == []
        found[workers] = done.seconds / COUNT
        print(f"\n\ncoursekit grade, {COUNT} submissions, {workers} workers: {done.seconds:.1f} s,")
        print(f"  {found[workers] * 1e3:.1f} ms each; {measuring.load()}")
    return found


def compare(name: str, seconds: float, ours: dict[int, float]) -> None:
    ratios = {workers: seconds / own for workers, own in ours.items()}
    print(f"\n\n{name}: {seconds * 1e3:.0f} ms for one submission (from {FEW});")
    print(f"  extrapolated to {COUNT}: {seconds * COUNT:.0f} s; {measuring.load()}")
    print(f"  {ratios[2]:.0f} times our two workers, {ratios[1]:.0f} times our one")
    assert ratios[2] >= BOUND


def points(works) -> int:
    return sum(status == cohort.PASSED for work in works for status in work.deserved.values())


def test_executing_the_exercise_cells_with_nbclient(tmp_path, few, ours):
    times, right = [], 0
    for work in few:
        path = peers.write(tmp_path / work.student / "ps1.ipynb", peers.plain(work))
        notebook = nbformat.read(path, as_version=4)
        start = time.perf_counter()
        client = NotebookClient(notebook, allow_errors=True)
        client.execute(cwd=str(path.parent), stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
        results = [
            out.data["text/plain"] for c in notebook.cells for out in c.outputs if "data" in out
        ]
        right += results.count("True")
    assert right == points(few)
    compare("nbclient", statistics.median(times[1:]), ours)


@pytest.mark.parametrize("grader", [peers.NbGrader, peers.Otter])
def test_another_grader(grader, tmp_path, few, ours):
    try:
        course = grader(tmp_path)
        first = course.grade(few[:1])
        rest = course.grade(few[1:])
    except peers.Unavailable as reason:
        pytest.skip(f"{grader.title}: {reason}")
    assert course.points() == points(few)
    # Where one command grades all, its start is in both times.
    seconds = (rest - first) / (FEW - 1) if grader is peers.NbGrader else rest / FEW
    compare(grader.title, seconds, ours)
