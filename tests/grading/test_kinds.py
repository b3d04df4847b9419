"""Exercises that are more than a function on arrays: code, models, training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy

from coursekit.core import registry
from coursekit.core.calling import Printed, local_call
from coursekit.core.judging import judge
from coursekit.core.spec import Case, Code, Exercise, Lesson, Limits
from coursekit.grading import isolation
from coursekit.grading.process import Launcher

TIER = next(t for t in isolation.TIERS if isolation.problem(t) is None)
SQUARE = Code("square", "def square(x):\n    return np.sum(x**2)")


def slope(f: Any, x: np.ndarray) -> np.ndarray:
    """Central differences."""
    steps = np.eye(x.size) * 1e-3
    return np.array([(f(x + s) - f(x - s)) / 2e-3 for s in steps])


def _hidden_slope(rng: np.random.Generator) -> list[Case]:
    cube = Code("cube", "def cube(x):\n    return float((x**3).sum())")
    return [Case("cube", (cube, rng.normal(size=4)))]


SLOPE = Exercise(
    "kinds.slope",
    slope,
    [Case("square", (SQUARE, np.array([1.0, 2.0])))],
    _hidden_slope,
    (),
    ("a", "b"),
)

DRIVE_MODEL = Code(
    "drive",
    """
def drive(make, state, x):
    import torch
    model = make(x.shape[1])
    yield sorted(model.state_dict())
    state = yield None
    model.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()})
    x = yield {k: v.numpy() for k, v in model.state_dict().items()}
    yield model(x)
""",
)


def make_linear(size: int) -> Any:
    """Return a linear layer without bias."""
    import torch

    return torch.nn.Linear(size, 2, bias=False, dtype=torch.float64)


def _model_case(rng: np.random.Generator) -> list[Case]:
    import torch

    x = torch.from_numpy(rng.normal(size=(5, 3)))
    state = {"weight": rng.normal(size=(2, 3))}
    return [Case("random", (state, x), then=(None, state, x))]


MODEL = Exercise(
    "kinds.make_linear",
    make_linear,
    _model_case(np.random.default_rng(5)),
    _model_case,
    (),
    ("a", "b"),
    allowed=("numpy", "torch"),
    limits=Limits(seconds=10.0, memory_mb=2048),
    driver=DRIVE_MODEL,
)

DRIVE_TRAINING = Code(
    "drive",
    """
def drive(train, x, y, seconds):
    predict = train(x, y, seconds)
    x = yield None
    yield predict(x)
""",
)


def train(x: np.ndarray, y: np.ndarray, seconds: float) -> Any:
    """Return the nearest class mean."""
    means = np.array([x[y == k].mean(axis=0) for k in (0, 1)])
    return lambda z: np.argmin(((z[:, None] - means) ** 2).sum(axis=2), axis=1)


def _training_case(rng: np.random.Generator) -> list[Case]:
    y = rng.integers(0, 2, size=80)
    x = rng.normal(size=(80, 2)) + 4 * y[:, None]
    return [Case("blobs", (x[:40], y[:40], 0.5), expected=y[40:], then=(x[40:],))]


TRAIN = Exercise(
    "kinds.train",
    train,
    _training_case(np.random.default_rng(1)),
    _training_case,
    (),
    ("a", "b"),
    limits=Limits(seconds=1.0, memory_mb=512),
    driver=DRIVE_TRAINING,
    accept=toy.accurate,
)
LESSON = Lesson(98, "kinds", "Kinds", "98_kinds.ipynb", (SLOPE, MODEL, TRAIN))

RIGHT_SLOPE = """
@ck.exercise("kinds.slope")
def slope(f, x):
    return np.array([(f(x + s) - f(x - s)) / 2e-3 for s in np.eye(x.size) * 1e-3])
"""
RIGHT_MODEL = """
import torch
@ck.exercise("kinds.make_linear")
def make_linear(size):
    return torch.nn.Linear(size, 2, bias=False, dtype=torch.float64)
"""
RIGHT_TRAIN = """
@ck.exercise("kinds.train")
def train(x, y, seconds):
    means = np.array([x[y == k].mean(axis=0) for k in (0, 1)])
    return lambda z: np.argmin(((z[:, None] - means) ** 2).sum(axis=2), axis=1)
"""


@pytest.fixture(scope="module")
def launcher() -> Any:
    made = isolation.launcher(TIER)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _only_this_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "lessons", lambda: [LESSON])
    monkeypatch.setattr(registry, "lesson", lambda room: LESSON)


def grade(folder: Path, launcher: Launcher, *sources: str) -> dict[str, tuple[str, str]]:
    toy.hand_in(folder, "ada", [toy.IMPORTS, *sources], "98_kinds.ipynb")
    records, _ = toy.grade_folder(folder, launcher)
    return {record.exercise: (record.status, record.reason) for record in records}


def test_right_answers_of_every_kind_pass(tmp_path: Path, launcher: Launcher) -> None:
    found = grade(tmp_path, launcher, RIGHT_SLOPE, RIGHT_MODEL, RIGHT_TRAIN)
    assert {status for status, _ in found.values()} == {"passed"}, found


def test_the_notebooks_check_runs_the_same_conversation() -> None:
    for exercise in LESSON.exercises:
        call = local_call(exercise, exercise.reference, Printed())
        assert judge(exercise, exercise.visible, call).status == "passed"


def test_a_model_with_other_parameters_or_outputs_fails(tmp_path: Path, launcher: Launcher) -> None:
    biased = RIGHT_MODEL.replace("bias=False, ", "")
    status, reason = grade(tmp_path, launcher, biased)["kinds.make_linear"]
    assert (status, "Missing key(s)" in reason) == ("error", True), reason
    squared = RIGHT_MODEL.replace(
        "return torch",
        "class Twice(torch.nn.Linear):\n"
        "        def forward(self, x):\n            return 2 * super().forward(x)\n"
        "    return Twice",
    )
    squared = squared.replace("Twice.nn.Linear(", "Twice(")
    status, reason = grade(tmp_path, launcher, squared)["kinds.make_linear"]
    assert (status, "Result[3] at [0, 0]" in reason) == ("failed", True), reason


def test_training_is_scored_on_hidden_data_within_its_time(
    tmp_path: Path, launcher: Launcher
) -> None:
    blind = RIGHT_TRAIN.replace("np.argmin(", "0 * np.argmin(")
    status, reason = grade(tmp_path, launcher, blind)["kinds.train"]
    assert status == "failed"
    assert "of the labels are right; 90% are due." in reason
    slow = RIGHT_TRAIN.replace("    means", "    import time\n    time.sleep(9)\n    means")
    status, reason = grade(tmp_path, launcher, slow)["kinds.train"]
    assert (status, reason) == ("timeout", "Stopped after 1.0 s in case 1.")


def test_stubs_of_every_kind_are_not_attempted(tmp_path: Path, launcher: Launcher) -> None:
    stubs = [
        f'@ck.exercise("{exercise.id}")\ndef {exercise.name}(*args):\n    raise NotImplementedError'
        for exercise in LESSON.exercises
    ]
    found = grade(tmp_path, launcher, *stubs)
    assert {status for status, _ in found.values()} == {"not_attempted"}
