"""What is handed in and is hardly a notebook: read by the judge alone, whatever the tier."""

from __future__ import annotations

import re
from typing import Any

import pytest

from attacks import files, world
from attacks.world import World
from coursekit.grading import isolation


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A watched worker of the strongest tier that there is."""
    tier = next(tier for tier in isolation.TIERS if isolation.problem(tier) is None)
    with world.made(tier, tmp_path_factory.mktemp("files")) as made:
        yield made


@pytest.mark.parametrize("file", files.FILES, ids=lambda file: file.label)
def test_file(file: files.File, here: World) -> None:
    with here.handed_in(zoe=world.right_notebook()) as folder:
        names = file.make(folder)
        before = here.contents()
        graded = here.grade()
        assert here.contents() == before
        assert here.traces() == []
        assert here.strangers() == []
        own = [record for name in names for record in graded.of(name).values()]
        statuses = {record.status for record in own}
        reasons = [problem.reason for problem in graded.problems] + [r.reason for r in own]
        assert statuses <= file.statuses, (statuses, reasons)
        assert any(re.search(file.reason, reason) for reason in reasons or [""]), reasons
        assert all(len(reason) < 1500 for reason in reasons)
        assert sum(record.points or 0 for record in own) <= file.points
        assert file.looks_right(graded.output), graded.output["grades.csv"]
        assert graded.judge_seconds < world.JUDGE
    world.check_next(graded)
