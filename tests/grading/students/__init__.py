"""Notebooks as different students would hand them in, written by hand.

One readable file for each student: ``# %%`` starts a code cell, ``# %% [markdown]`` a text cell,
and ``# %name`` in a code cell is a magic line. ``expected.json`` beside them says what each
exercise deserves: its status and, where a mistake is recognised, the misconception.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

LESSON = Path(__file__).parent / "convolution"
NAMES = tuple(sorted(path.stem for path in LESSON.glob("*.py")))

_CELL = re.compile(r"^# %%(?P<kind> \[markdown\])?\n", re.MULTILINE)

_EXERCISE = re.compile(r'exercise\("([\w.]+)"\)')


def expected(name: str) -> dict[str, tuple[str, str]]:
    """What a student's exercises deserve: exercise id -> (status, misconception or "")."""
    table = json.loads((LESSON / "expected.json").read_text(encoding="utf-8"))
    return {f"convolution.{key}": (value[0], value[1]) for key, value in table[name].items()}


def cells(name: str) -> list[tuple[str, str]]:
    """Return a student's cells: (cell type, source)."""
    parts = _CELL.split((LESSON / f"{name}.py").read_text(encoding="utf-8"))
    found = []
    for kind, text in zip(parts[1::2], parts[2::2], strict=True):
        if kind:
            found.append(("markdown", re.sub(r"^# ?", "", text.strip(), flags=re.MULTILINE)))
        else:
            found.append(("code", re.sub(r"^# %(?=\w)", "%", text.strip(), flags=re.MULTILINE)))
    return found


def code(name: str) -> list[str]:
    """Return the sources of a student's code cells without magic lines, ready for ``exec``."""
    sources = [source for kind, source in cells(name) if kind == "code"]
    return [re.sub(r"^%.*$", "", source, flags=re.MULTILINE) for source in sources]


def cells_in(name: str, lesson: Path) -> list[tuple[str, str]]:
    """Return a student's cells written into the lesson's own notebook.

    Each stub is replaced by the student's cells from the end of their exercise before it to the
    answer. The demonstrations of the lesson stay around them.
    """
    answers: dict[str, list[tuple[str, str]]] = {}
    since: list[tuple[str, str]] = []
    for kind, source in cells(name):
        since.append((kind, source))
        if ids := _EXERCISE.findall(source):
            answers |= dict.fromkeys(ids, since)
            since = []
    found = []
    for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        ids = _EXERCISE.findall(source) if cell["cell_type"] == "code" else []
        if ids:
            found += answers[ids[0]]
            answers[ids[0]].clear()  # a cell with two answers is written once
        else:
            found.append((cell["cell_type"], source))
    return found


def notebook(name: str, lesson: Path | None = None) -> dict[str, Any]:
    """Return a student's notebook as JSON-like data: their own, or the lesson's."""
    found = []
    sources = cells_in(name, lesson) if lesson else cells(name)
    for number, (kind, source) in enumerate(sources):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"{name}-{number}", "metadata": {}}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        found.append(cell | {"source": source.splitlines(keepends=True)})
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    metadata = {"kernelspec": kernel}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": found}


def hand_in(folder: Path, name: str, lesson: Path | None = None) -> Path:
    """Write a student's notebook to ``folder/name/01_convolution.ipynb``."""
    path = folder / name / "01_convolution.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(name, lesson), indent=1), encoding="utf-8")
    return path
