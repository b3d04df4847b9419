"""Settings and fixtures that every test shares."""

from __future__ import annotations

import atexit
import importlib
import json
import os
import shutil
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from coursekit import cli
from coursekit.core import progress

# A font list made in an environment that is gone makes every plot warn: the tests have their own,
# made before the first notebook runs.
os.environ["MPLCONFIGDIR"] = _fonts = tempfile.mkdtemp(prefix="coursekit-fonts-")
atexit.register(shutil.rmtree, _fonts, ignore_errors=True)
importlib.import_module("matplotlib.font_manager")

# How long a contender of a benchmark runs before it is timed.
WARMING = 0.05

# A busy machine must not fail a property test; CI runs the same examples every time.
settings.register_profile("coursekit", deadline=None, derandomize=True)
settings.load_profile("coursekit")

# What a script starts in its background ignores Ctrl+C, and so would everything started here.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def state_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], dict[str, str]]:
    """Keep the progress record of the tests apart from the user's; call it to read the record."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv(progress.STATE_VARIABLE, str(folder))
    monkeypatch.setattr(progress, "_session", {})

    def stored() -> dict[str, str]:
        path = folder / "progress.json"
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found

    return stored


class Said(NamedTuple):
    """What a command left behind: its exit status, its results, its errors."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run ``coursekit ARGUMENTS`` in this process."""
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str | Path) -> Said:
        monkeypatch.setattr("sys.argv", ["coursekit", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsys.readouterr()
        return Said(int(left.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def write_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook with the given code cells; ``name`` says where in the temporary folder."""

    def write(*sources: str, name: str = "work.ipynb") -> Path:
        def cell(number: int, source: str) -> dict[str, Any]:
            about: dict[str, Any] = {"cell_type": "code", "id": f"cell-{number}", "metadata": {}}
            return about | {"execution_count": None, "outputs": [], "source": source}

        cells = [cell(number, source) for number, source in enumerate(sources)]
        tree = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        path = tmp_path / name
        path.write_text(json.dumps(tree), encoding="utf-8")
        return path

    return write


@pytest.fixture
def side_by_side() -> Callable[..., dict[str, float]]:
    """Time several ways of doing one thing in turn and print each beside the first.

    The contenders take turns, so that a machine whose speed drifts slows all of them alike, and
    NumPy and torch have two threads each. The threads of either wait actively for a while after
    their work is done and would slow the other down: before each turn there is a pause. Then come
    calls that are not timed, as many as fit into ``WARMING`` seconds, because after a pause it
    takes the system some time to give the threads a core each; training has no such pauses.
    """
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(2)
    threadpool_limits(2)

    def measure(
        title: str, contenders: dict[str, Callable[[], object]], rounds: int = 15
    ) -> dict[str, float]:
        times: dict[str, list[float]] = {name: [] for name in contenders}
        for number in range(rounds + 1):
            for name, run in contenders.items():
                time.sleep(0.05)
                begin = time.perf_counter()
                while time.perf_counter() - begin < WARMING:
                    run()
                start = time.perf_counter()
                run()
                if number:  # the first round warms up
                    times[name].append(time.perf_counter() - start)
        medians = {name: statistics.median(values) for name, values in times.items()}
        base = next(iter(medians.values()))
        print(f"\n{title}")
        for name, median in medians.items():
            print(f"  {name:<24} {median * 1e3:9.2f} ms   {median / base:8.2f} x")
        return {name: median / base for name, median in medians.items()}

    return measure
