"""Settings and fixtures that every test shares."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from coursekit import cli
from coursekit.core import progress

# A busy machine must not fail a property test; CI runs the same examples every time.
settings.register_profile("coursekit", deadline=None, derandomize=True)
settings.load_profile("coursekit")


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
