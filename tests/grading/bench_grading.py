"""How long grading takes: an exercise from submit to verdict, and a class of a thousand.

The bounds are those that the course promises on two cores.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cohort
import measuring
import numpy as np
import pytest
import toy

from coursekit.core import registry
from coursekit.core.spec import Case, Exercise, Limits
from coursekit.grading import isolation
from coursekit.grading.cases import prepare
from coursekit.grading.notebooks import grade_lesson, read
from coursekit.grading.pool import Pool
from coursekit.grading.process import Launcher
from coursekit.grading.tasks import Task, work

#: Size of the class; a smaller one for a quick look: COURSEKIT_CLASS=100.
COUNT = int(os.environ.get("COURSEKIT_CLASS", "1000"))
WORKERS = 2
ROUNDS = 200
CALLS = 10

LESSON = registry.lesson(cohort.ROOM)


@pytest.fixture(scope="module")
def tier() -> str:
    return isolation.choose("auto")


@pytest.fixture(scope="module")
def launcher(tier: str) -> Iterator[Launcher]:
    made = isolation.launcher(tier)
    yield made
    made.close()


def ten_calls(exercise: Exercise) -> tuple[Exercise, Callable[[int], Sequence[Case]]]:
    """Cut an exercise to ten cases: its hidden ones, and before them so many of the visible."""

    def hidden(seed: int) -> Sequence[Case]:
        return exercise.hidden(np.random.default_rng(seed))[:CALLS]

    visible = exercise.visible[: CALLS - len(hidden(0))]
    return dataclasses.replace(exercise, visible=visible), hidden


def right_answer(name: str) -> cohort.Answer:
    """Return an answer without loops over pixels, where there is one."""
    right = [a for a in cohort.answers()[name] if a.deserved == cohort.PASSED]
    return next((a for a in right if "windows" in a.style), right[0])


def measure(
    path: Path, exercise: Exercise, hidden: Callable[[int], Sequence[Case]], tier: str
) -> tuple[list[float], list[float]]:
    """Time submissions one after the other: with the notebook read before, and from the file."""
    judged, whole = [], []
    with contextlib.closing(isolation.launcher(tier)) as launcher:
        for seed in range(ROUNDS + 1):
            start = time.perf_counter()
            code = read(path).code
            middle = time.perf_counter()
            cases = hidden(seed)
            begin = time.perf_counter()
            (record,) = grade_lesson(
                "ada", code, [exercise], lambda e, c=cases: prepare(e, c), launcher
            )
            end = time.perf_counter()
            assert record.status == "passed", record.reason
            if seed:  # the first one starts the worker's sandbox
                judged.append(end - begin)
                whole.append(end - begin + middle - start)
    return judged, whole


def start_up(launcher: Launcher, packages: Sequence[str], memory_mb: int) -> float:
    start = time.perf_counter()
    launcher.start(packages, memory_mb).end()
    return time.perf_counter() - start


def test_an_exercise_from_submit_to_verdict(tmp_path, launcher, tier):
    seconds = start_up(launcher, ("numpy",), LESSON.exercises[0].limits.memory_mb)
    print(f"\n\nNumPy, {CALLS} calls with comparison, {launcher.isolation}, {ROUNDS} submissions")
    print(f"  start of a worker's sandbox, once: {seconds * 1e3:.0f} ms; {measuring.load()}")
    print(f"  {'exercise':<18}{'submit to verdict':>30}{'from the file':>30}")
    answers = {name: right_answer(name) for name in cohort.answers()}
    path = cohort.hand_in(tmp_path, "ada", {name: a.source for name, a in answers.items()})
    everything = []
    for exercise in LESSON.exercises:
        judged, whole = measure(path, *ten_calls(exercise), tier)
        everything += judged
        texts = ["{:.1f} ms, p99 {:.1f} ms".format(*measuring.summary(s)) for s in (judged, whole)]
        style = answers[exercise.name].style
        print(f"  {exercise.name:<18}{texts[0]:>30}{texts[1]:>30}   {style}")
    median, high = measuring.summary(everything)
    print(f"  all{'':<15}{median:8.1f} ms, p99 {high:6.1f} ms; {measuring.load()}")
    assert median <= 10
    assert high <= 25


def softmax_gradient(x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the gradient of the mean cross-entropy."""
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(x)), labels] -= 1
    return p / len(x)


def _scores(rng: np.random.Generator) -> list[Case]:
    shapes = rng.integers(2, 20, size=(CALLS // 2, 2))
    return [
        Case("random", (rng.normal(size=(n, k)), rng.integers(0, k, size=n))) for n, k in shapes
    ]


TORCH = Exercise(
    id="toy.softmax_gradient",
    reference=softmax_gradient,
    visible=_scores(np.random.default_rng(0)),
    hidden=_scores,
    misconceptions=(),
    hints=("Write it down.", "Use autograd."),
    allowed=("numpy", "torch"),
    limits=Limits(seconds=5.0, memory_mb=2048),
)
TORCH_ANSWER = """
@ck.exercise("toy.softmax_gradient")
def softmax_gradient(x, labels):
    x = torch.from_numpy(x).requires_grad_()
    F.cross_entropy(x, torch.from_numpy(labels)).backward()
    return x.grad.numpy()
"""


def test_a_submission_from_the_file_to_the_records(tmp_path, launcher, tier):
    path = cohort.hand_in(tmp_path, "ada", {n: right_answer(n).source for n in cohort.answers()})
    task = Task("ada", (path,))
    start = time.perf_counter()
    with Pool(1) as pool:
        list(pool.run([task], tier, b"secret"))
        first = time.perf_counter() - start
    times = []
    for number in range(ROUNDS // 4):
        start = time.perf_counter()
        done = work(task, launcher, b"secret %d" % number)
        times.append(time.perf_counter() - start)
        assert {record.status for record, _ in done.graded} == {"passed"}
    calls = sum(len(e.visible) + len(e.hidden(np.random.default_rng(0))) for e in LESSON.exercises)
    print(f"\n\nlesson 01, {len(LESSON.exercises)} exercises, {calls} calls, right answers")
    print(f"  by a new worker, its start included: {first:.2f} s; {measuring.load()}")
    print("  by a worker that runs: {:.1f} ms, p99 {:.1f} ms".format(*measuring.summary(times)))


def test_a_torch_exercise_from_submit_to_verdict(tmp_path, launcher, tier):
    pytest.importorskip("torch")
    imports = "import coursekit as ck\nimport torch\nimport torch.nn.functional as F"
    path = toy.hand_in(tmp_path, "ada", [imports, TORCH_ANSWER])
    seconds = start_up(launcher, TORCH.allowed, TORCH.limits.memory_mb)
    judged, _ = measure(path, *ten_calls(TORCH), tier)
    median, high = measuring.summary(judged)
    print(f"\n\ntorch with autograd, {CALLS} calls, {launcher.isolation}, {ROUNDS} submissions")
    print(f"  start of a worker's sandbox, once: {seconds * 1e3:.0f} ms; {measuring.load()}")
    print(f"  {median:.1f} ms, p99 {high:.1f} ms")
    assert median <= 35
    assert high <= 60


def grade_class(folder: Path, count: int, loops: int) -> measuring.Finished:
    """Grade a class, print what it took, and compare every verdict with what it should be."""
    table = cohort.write(folder / "in", count, loops=loops)
    before = measuring.load()
    arguments = folder / "in", "--out", folder / "out", "--workers", WORKERS
    done = measuring.run(measuring.coursekit_grade(*arguments))
    records = json.loads((folder / "out" / "results.json").read_text())["records"]
    own = sum(record["seconds"] for record in records)
    print(f"\n\n{count} submissions of lesson 01, {loops} endless loops, {WORKERS} workers")
    print(f"  {before} before, {measuring.load()} after")
    print(f"  {done.seconds:.1f} s end to end, {count / done.seconds:.0f} submissions a second")
    print(f"  {done.cpu / count * 1e3:.0f} ms of processor time for each submission")
    print(f"  {own / count * 1e3:.0f} ms of each spent waiting for the student's process")
    print(f"  memory {done.pss >> 20} MB ({done.rss >> 20} MB if what is shared counts repeatedly)")
    print(f"  {done.out.splitlines()[0]}")
    assert cohort.differences(records, table) == []
    assert done.pss < 2 << 30
    return done


def test_a_class(tmp_path):
    plain = grade_class(tmp_path / "plain", COUNT, 0)
    loops = max(COUNT // 100, 1)
    slow = grade_class(tmp_path / "loops", COUNT, loops)
    limit = LESSON.exercises[0].limits.seconds
    shared = loops * limit / WORKERS
    print(f"  {slow.seconds - plain.seconds:+.1f} s with {loops} endless loops of {limit} s each;")
    print(f"  shared by {WORKERS} workers that is {shared:.1f} s")
    assert plain.seconds < 20 * COUNT / 1000
    assert slow.seconds < 1.1 * plain.seconds + shared
