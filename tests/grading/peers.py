"""The exercises of lesson 01 as an assignment for other graders: same answers, same calls.

Each grader lives in a virtual environment of its own, made by the benchmark and never part of the
project. An environment that is there already is used again.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cohort
import numpy as np

from coursekit.core import registry

NAME = "ps1"
_ENVIRONMENTS = Path(tempfile.gettempdir()) / "coursekit-bench-peers"
#: Seconds that one command of another grader may take.
_LIMIT = 600.0

_SETUP = f"""import json
{cohort.HELPER}"""
_SETUP += """
def _value(tree):
    if isinstance(tree, dict):
        return np.array(tree["array"]).reshape(tree["shape"])
    return [_value(item) for item in tree] if isinstance(tree, list) else tree

def _arguments(tree):
    return [tuple(a) if isinstance(a, list) and a and not isinstance(a[0], list) else a
            for a in _value(tree)]

with open("cases.json") as _stream:
    _CASES = json.load(_stream)

def all_right(name, function):
    for arguments, expected in _CASES[name]:
        found = function(*_arguments(arguments))
        if np.shape(found) != np.shape(_value(expected)):
            return False
        if not np.allclose(found, _value(expected)):
            return False
    return True
"""


class Unavailable(Exception):
    """Why a grader cannot be measured here."""


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"shape": value.shape, "array": value.ravel().tolist()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def cases() -> str:
    """Return all visible cases and one draw of hidden ones, with the right answers, as JSON."""
    table = {}
    for exercise in registry.lesson(cohort.ROOM).exercises:
        every = [*exercise.visible, *exercise.hidden(np.random.default_rng(0))]
        table[exercise.name] = [(_plain(c.args), _plain(exercise.expect(c))) for c in every]
    return json.dumps(table)


def undecorated(source: str) -> str:
    """Return an answer as other graders want it."""
    return "\n".join(line for line in source.split("\n") if not line.startswith("@ck."))


def code(source: str, value: str = "", **metadata: Any) -> dict[str, Any]:
    """Return a code cell, with its stored value if it has one."""
    outputs = []
    if value:
        data = {"text/plain": [value]}
        outputs = [
            {"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": {}}
        ]
    cell = {"cell_type": "code", "source": source, "outputs": outputs, "metadata": metadata}
    return cell | {"execution_count": 1 if outputs else None}


def notebook(cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a notebook with these cells."""
    numbered = [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": numbered}


def write(path: Path, tree: Mapping[str, Any]) -> Path:
    """Write a notebook with the cases beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tree), encoding="utf-8")
    (path.parent / "cases.json").write_text(cases(), encoding="utf-8")
    return path


def plain(work: cohort.Work) -> dict[str, Any]:
    """Return a student's exercise cells, each followed by its calls, to be executed as it is."""
    cells = [code(_SETUP)]
    for name, source in work.sources.items():
        cells += [code(undecorated(source)), code(f'all_right("{name}", {name})')]
    return notebook(cells)


def environment(package: str, *more: str) -> Path:
    """Return the programs of a virtual environment that holds a package.

    Raises:
        Unavailable: if it cannot be installed.
    """
    folder = _ENVIRONMENTS / package
    programs = folder / "bin"
    if not (folder / "complete").exists():
        call([sys.executable, "-m", "venv", "--clear", folder], Path("/"))
        call([programs / "pip", "install", "--quiet", package, *more, "numpy"], Path("/"))
        (folder / "complete").touch()
    return programs


def call(command: Sequence[object], folder: Path) -> float:
    """Run a command and return its seconds.

    Raises:
        Unavailable: if it fails, with its last line.
    """
    start = time.perf_counter()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    programs = str(Path(str(command[0])).parent)
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env=kept | {"PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}"},
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(str(error)) from None
    if done.returncode:
        lines = (done.stderr + done.stdout).strip().splitlines() or ["no output"]
        raise Unavailable(f"{Path(str(command[0])).name}: {lines[-1]}")
    return time.perf_counter() - start


def _stub(name: str) -> str:
    return f"def {name}(*args, **kwargs):  # stub of {name}\n    raise NotImplementedError"


class NbGrader:
    """A course of nbgrader with one assignment; one command grades all that is new."""

    title = "nbgrader autograde"

    def __init__(self, folder: Path) -> None:
        self._programs = environment("nbgrader")
        self._course = folder / "course"
        write(self._course / "source" / NAME / f"{NAME}.ipynb", notebook(self._cells()))
        self._nbgrader("generate_assignment", NAME, "--create")

    def _cells(self) -> list[dict[str, Any]]:
        cells = [code(_SETUP)]
        for name in cohort.answers():
            shared = {"grade_id": name, "schema_version": 3, "task": False, "points": 0}
            own = shared | {"grade": False, "locked": False, "solution": True}
            test = shared | {"grade_id": f"test-{name}", "points": 1}
            test |= {"grade": True, "locked": True, "solution": False}
            cells.append(code(f"### BEGIN SOLUTION\n{_stub(name)}\n### END SOLUTION", nbgrader=own))
            cells.append(code(f'assert all_right("{name}", {name})', nbgrader=test))
        return cells

    def hand_in(self, work: cohort.Work) -> None:
        """Put a student's answers where nbgrader expects them."""
        released = self._course / "release" / NAME / f"{NAME}.ipynb"
        tree = json.loads(released.read_text(encoding="utf-8"))
        for cell in tree["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in work.sources:
                cell["source"] = undecorated(work.sources[name])
        write(self._course / "submitted" / work.student / NAME / released.name, tree)

    def grade(self, works: Sequence[cohort.Work]) -> float:
        """Grade students in one command; return the seconds."""
        for work in works:
            self.hand_in(work)
        return self._nbgrader("autograde", NAME)

    def points(self) -> float:
        """Return what all students together have got."""
        book = sqlite3.connect(self._course / "gradebook.db")
        (found,) = book.execute("SELECT sum(auto_score) FROM grade").fetchone()
        book.close()
        return float(found)

    def _nbgrader(self, *arguments: str) -> float:
        return call([self._programs / "nbgrader", *arguments], self._course)


class Otter:
    """An assignment of otter-grader, graded by its local runner, without a container."""

    title = "otter run"

    def __init__(self, folder: Path) -> None:
        self._programs = environment("otter-grader", "ipykernel")
        self._folder = folder
        master = write(folder / "master" / f"{NAME}.ipynb", notebook(self._cells()))
        self._otter("assign", "--no-run-tests", "--no-pdfs", master, folder / "dist")
        (self._zip,) = (folder / "dist" / "autograder").glob("*.zip")

    def _cells(self) -> list[dict[str, Any]]:
        def mark(text: str) -> dict[str, Any]:
            return {"cell_type": "raw", "source": text, "metadata": {}}

        settings = ["init_cell: true", "export_cell: false", "check_all_cell: false"]
        settings += ["files:", "  - cases.json"]
        cells = [mark("\n".join(["# ASSIGNMENT CONFIG", f"name: {NAME}", *settings]))]
        cells.append(code(_SETUP))
        for name in cohort.answers():
            cells.append(mark(f"# BEGIN QUESTION\nname: {name}\npoints: 1"))
            cells += [mark("# BEGIN SOLUTION"), code(_stub(name)), mark("# END SOLUTION")]
            test = code(f'all_right("{name}", {name})', "True")
            cells += [mark("# BEGIN TESTS"), test, mark("# END TESTS"), mark("# END QUESTION")]
        return cells

    def grade(self, works: Sequence[cohort.Work]) -> float:
        """Grade students, each in a command of its own as this grader has it; return seconds."""
        released = self._folder / "dist" / "autograder" / f"{NAME}.ipynb"
        seconds = 0.0
        for work in works:
            tree = json.loads(released.read_text(encoding="utf-8"))
            for cell in tree["cells"]:
                for name, source in work.sources.items():
                    if f"# stub of {name}" in "".join(cell["source"]):
                        cell["source"] = undecorated(source)
            path = write(self._folder / work.student / released.name, tree)
            seconds += self._otter("run", "--no-logo", "-a", self._zip, "-o", path.parent, path)
        return seconds

    def points(self) -> float:
        """Return what all students together have got."""
        results = [json.loads(p.read_text()) for p in self._folder.glob("student-*/results.json")]
        return float(sum(test.get("score", 0) for r in results for test in r["tests"]))

    def _otter(self, *arguments: object) -> float:
        return call([self._programs / "otter", *arguments], self._folder)
