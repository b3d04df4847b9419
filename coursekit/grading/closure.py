"""Which statements an answer needs: those that give its names the values of Run All.

A notebook may use a name more than once: a demonstration above or below an exercise can give
another value to the name of a student's helper. What counts is the value at the time when the
answer is called: at its last ``check()``, or where it is written if it is not checked. Only a name
that has no value by then, and is not built in, takes a later one.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursekit.grading.names import Parsed, Place, Statement

#: What a notebook has before its first cell.
BUILTIN = frozenset(dir(builtins)) | {"display"}
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Import = (ast.Import, ast.ImportFrom)


class Index:
    """Where in a notebook names get a value, and where they are checked.

    Args:
        cells: the cells of a notebook, in order.
    """

    def __init__(self, cells: Sequence[Parsed]) -> None:
        self._cells = cells
        self._found: dict[str, list[Statement]] = {}

    def binders(self, name: str) -> list[Statement]:
        """Return the statements that give a name a value, in order."""
        found = self._found.get(name)
        if found is None:
            parts = [cell.binders[name] for cell in self._cells if name in cell.binders]
            found = self._found[name] = [statement for part in parts for statement in part]
        return found

    def last_check(self, name: str) -> Place | None:
        """Return the place of a name's last check."""
        places = (cell.checks[name] for cell in reversed(self._cells) if name in cell.checks)
        return next(places, None)


def closure(
    index: Index, answer: Statement, answers: Set[Statement]
) -> tuple[list[Statement], set[str]]:
    """Follow names from an answer to every statement that it needs.

    Args:
        index: of the notebook.
        answer: the one that defines the exercise's function.
        answers: all that define it, the superseded ones too.

    Returns:
        The needed statements in order, without star imports, and all names that were looked up.
    """
    superseded = answers - {answer}
    needed = {answer}
    written = answer.place
    called = max(written, index.last_check(getattr(answer.node, "name", "")) or written)
    waiting = [(name, called) for name in answer.uses]
    waiting += [(name, written) for name in answer.at_once]
    seen = set(waiting)
    while waiting:
        name, time = waiting.pop()
        binders = index.binders(name)
        if superseded:
            binders = [each for each in binders if each not in superseded]
        for statement in _in_force(name, binders, time):
            needed.add(statement)
            wanted = {(used, statement.place) for used in statement.at_once}
            wanted |= {(used, time) for used in statement.uses if statement.runs_later}
            waiting += wanted - seen
            seen |= wanted
    return sorted(needed, key=in_order), {name for name, _ in seen}


def in_order(statement: Statement) -> Place:
    """Sort statements as they stand in the notebook."""
    return statement.place


def _in_force(name: str, binders: list[Statement], time: Place) -> list[Statement]:
    """Select the statements that make up a name's value at a time.

    An exercise of the notebook counts as it is written last, wherever that is.
    """
    exercises = [each for each in binders if each.exercise]
    if exercises:
        return exercises[-1:]
    found = []
    before = [each for each in binders if each.place <= time]
    later = () if name in BUILTIN else binders
    for each in reversed(before or later):
        found.append(each)
        if _replaces(each, name):
            break
    return found


def _replaces(statement: Statement, name: str) -> bool:
    """Whether a statement gives a name a new value, whatever it was before."""
    node = statement.node
    if isinstance(node, (*_Definition, *_Import)):
        return not statement.star
    for value, target in _begun_with(node):
        if target is not None and _is_target(target, name):
            return not any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
    if isinstance(node, ast.With):
        targets = [t for inner in node.body if isinstance(inner, ast.Assign) for t in inner.targets]
        plain = any(_is_target(target, name) for target in targets)
    elif isinstance(node, ast.Assign):
        plain = any(_is_target(target, name) for target in node.targets)
    else:
        plain = isinstance(node, ast.AnnAssign) and _is_target(node.target, name)
    return plain and name not in statement.uses


def _begun_with(node: ast.stmt) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return what a loop or a ``with`` gives to which target before its body runs."""
    if isinstance(node, ast.For):
        return [(node.iter, node.target)]
    if isinstance(node, ast.With):
        return [(item.context_expr, item.optional_vars) for item in node.items]
    return []


def _is_target(target: ast.expr, name: str) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return any(_is_target(item, name) for item in target.elts)
    target = target.value if isinstance(target, ast.Starred) else target
    return isinstance(target, ast.Name) and target.id == name
