"""Puts solutions into the cells of a notebook; reads and writes notebooks without losing one."""

from __future__ import annotations

import ast
import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Any

import nbformat

from coursekit.core import registry
from coursekit.core.spec import Exercise
from coursekit.errors import CourseError
from coursekit.grading.names import Statement, analyse
from coursekit.grading.notebook import Cell, Unreadable, code_cells, read_bytes
from coursekit.solving.source import Solution, solution

#: Its functions carry no types.
_nbformat: Any = nbformat


def find_notebook(path: Path) -> Path:
    """Return where a notebook file is; links are followed.

    Raises:
        CourseError: if there is no file.
    """
    if path.is_dir():
        raise CourseError(f"{path} is a folder: name one notebook in it.")
    if not path.exists():
        raise CourseError(f"There is no notebook {path}.")
    return path.resolve()


def read_notebook(path: Path) -> Any:
    """Read a notebook of any format version as one of version 4.

    Raises:
        CourseError: if the file cannot be read or is not a notebook.
    """
    found = find_notebook(path)
    try:
        content = read_bytes(found)
        code_cells(content, path.name)
    except Unreadable as error:
        raise CourseError(str(error)) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of cells without ids: they get one
        try:
            return _nbformat.reads(content.decode("utf-8-sig"), as_version=4)
        except Exception:
            raise CourseError(f"{path.name} is not a notebook that Jupyter can read.") from None


def write_notebook(notebook: Any, path: Path) -> None:
    """Write a notebook in one step: an interruption leaves the old file or the new one."""
    text = _nbformat.writes(notebook)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text if text.endswith("\n") else text + "\n")
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def solve(notebook: Any) -> list[str]:
    """Write the reference into every exercise of a notebook, in place; outputs are cleared.

    The decorator with the exercise's id, the docstring and everything else in the cell stay. What
    the solution needs and no earlier cell defines goes above it.

    Args:
        notebook: an ``nbformat`` notebook of version 4.

    Returns:
        The ids of the exercises, in the notebook's order.

    Raises:
        CourseError: if there is no exercise, an unknown one, or one in a cell that is no Python.
    """
    solved: list[str] = []
    defined: set[str] = set()
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        code = analyse([Cell(number, cell.source)])
        if number in code.broken and "exercise(" in cell.source:
            raise CourseError(
                f"Cell {number} is not Python ({code.broken[number]}): put it right first."
            )
        cell.source = _solve_cell(cell.source, code.statements, defined, solved)
    if not solved:
        raise CourseError('There is no exercise in it: no function below @ck.exercise("...").')
    return list(dict.fromkeys(solved))


def _solve_cell(
    source: str, statements: Iterable[Statement], defined: set[str], solved: list[str]
) -> str:
    """Return a cell's solved source; ``defined`` and ``solved`` grow."""
    lines = source.split("\n")
    edits: list[tuple[int, int, str]] = []
    for statement in statements:
        if statement.exercise:
            exercise = registry.get(statement.exercise)
            edits.append(_edit(exercise, statement.node, lines, defined))
            solved.append(exercise.id)
        _remember(statement, defined)
    for first, last, text in reversed(edits):
        lines[first:last] = text.split("\n")
    return "\n".join(lines)


def _edit(
    exercise: Exercise, node: Any, lines: list[str], defined: set[str]
) -> tuple[int, int, str]:
    """Return which lines to replace (from, to) and the text to put there."""
    found = solution(exercise.reference, defined)
    decorators = node.decorator_list
    above = "\n".join(lines[decorators[0].lineno - 1 : decorators[-1].end_lineno])
    own = [above, found.decorators, found.header, _docstring(node, lines) or found.docstring]
    function = "\n".join(part for part in [*own, found.body] if part)
    imports = "\n".join(found.imports)
    text = "\n\n\n".join(part for part in (imports, *found.helpers, function) if part)
    _remember_all(found, defined)
    return decorators[0].lineno - 1, node.end_lineno, text


def _docstring(node: Any, lines: list[str]) -> str:
    """Return the lines of the stub's docstring, if they fit below the solution's header."""
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None or first.col_offset != 4:
        return ""
    return "\n".join(lines[first.lineno - 1 : first.end_lineno])


def _remember_all(found: Solution, defined: Set[str]) -> None:
    """Note what now stands above a solution."""
    text = "\n".join((*found.imports, *found.helpers))
    for statement in analyse([Cell(0, text)]).statements:
        _remember(statement, defined)


def _remember(statement: Statement, defined: Any) -> None:
    """Note which names a statement defines for good: functions, classes and imports.

    A name that gets any other value is forgotten, and so is an import from the course, which the
    exercises do not allow.
    """
    node = statement.node
    lasting = isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import))
    if isinstance(node, ast.ImportFrom):
        lasting = (node.module or "").partition(".")[0] != "coursekit"
    for name in statement.binds:
        (defined.add if lasting else defined.discard)(name)
