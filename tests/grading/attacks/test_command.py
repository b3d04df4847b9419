"""Attacks through ``coursekit grade`` with two workers, on an exercise of the course."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from attacks import ATTACKS, world
from coursekit.grading import isolation

#: Classes whose attacks end processes or speak to the judge themselves.
_GROUPS = ("ending", "decoders", "frames", "files")
_RIGHT = '@ck.exercise("start.relu")\ndef relu(x):\n    return np.maximum(x, 0)\n'
_IMPORTS = "import numpy as np\nimport coursekit as ck\n"


def hand_in(folder: Path, student: str, sources: list[str]) -> None:
    (folder / student).mkdir(parents=True)
    text = json.dumps(world.notebook([_IMPORTS, *sources]))
    (folder / student / "00_start_here.ipynb").write_text(text)


@pytest.mark.parametrize("tier", isolation.TIERS[:-1])
def test_attacks_cost_others_nothing(
    tier: str, tmp_path: Path, command: Callable[..., object]
) -> None:
    problem = isolation.problem(tier)
    if problem:
        pytest.skip(f"{tier} is not to be had here: {problem}")
    places = {name: str(tmp_path / name) for name in ("in", "out", "home")}
    words = {"submissions": places["in"], "trace": world.TRACE, **places}
    attackers = []
    for number, attack in enumerate(a for a in ATTACKS if a.group in _GROUPS):
        sources = [
            source.replace("vault.scale", "start.relu").replace("def scale(x, f", "def relu(x, f")
            for source in attack.cells(words)
        ]
        attackers.append(f"{number:03}-{attack.label}")
        hand_in(tmp_path / "in", attackers[-1], sources)
        hand_in(tmp_path / "in", f"{number:03}-right", [_RIGHT])
    command("grade", places["in"], "--out", places["out"], "--isolation", tier, "--workers", 2)
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    points = {record["student"]: record["points"] for record in results["records"]}
    assert {student: points[student] for student in attackers if points[student]} == {}
    assert {points[student] for student in points if student.endswith("-right")} == {1}
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert made == {"results.json", "grades.csv", "grading.secret", "grading.sqlite"}
