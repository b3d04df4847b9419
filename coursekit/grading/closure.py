"""Which statements an answer needs: those that give its names the values of Run All.

A notebook may use a name more than once: a demonstration above or below an exercise can give
another value to the name of a student's helper. What counts is the value at the time when the
answer is called: at its last ``check()``, or where it is written if it is not checked. Only a name
that has no value by then takes a later one.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursekit.grading.names import Statement

_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Import = (ast.Import, ast.ImportFrom)
_Placed = tuple[int, "Statement"]


class Index:
    """Where in a notebook names get a value, and where they are checked.

    Args:
        statements: all statements of a notebook, in order.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.places = {statement: place for place, statement in enumerate(statements)}
        #: For each name the statements that give it a value, with their places, in order.
        self.binders: dict[str, list[_Placed]] = {}
        #: For each name the place of its last check.
        self.checks: dict[str, int] = {}
        for place, statement in enumerate(statements):
            for name in statement.binds:
                self.binders.setdefault(name, []).append((place, statement))
            for name in statement.checks:
                self.checks[name] = place


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
    written = index.places[answer]
    called = max(written, index.checks.get(getattr(answer.node, "name", ""), written))
    waiting = [(name, called) for name in answer.uses]
    waiting += [(name, written) for name in answer.at_once]
    seen = set(waiting)
    while waiting:
        name, time = waiting.pop()
        placed = [each for each in index.binders.get(name, ()) if each[1] not in superseded]
        for place, statement in _in_force(name, placed, time):
            needed.add(statement)
            wanted = {(used, place) for used in statement.at_once}
            wanted |= {(used, time) for used in statement.uses if statement.runs_later}
            waiting += wanted - seen
            seen |= wanted
    return sorted(needed, key=index.places.__getitem__), {name for name, _ in seen}


def _in_force(name: str, placed: list[_Placed], time: int) -> list[_Placed]:
    """Select the statements that make up a name's value at a time.

    An exercise of the notebook counts as it is written last, wherever that is.
    """
    exercises = [each for each in placed if each[1].exercise]
    if exercises:
        return exercises[-1:]
    found = []
    before = [each for each in placed if each[0] <= time]
    for each in reversed(before or placed):
        found.append(each)
        if _replaces(each[1], name):
            break
    return found


def _replaces(statement: Statement, name: str) -> bool:
    """Whether a statement gives a name a new value, whatever it was before."""
    node = statement.node
    if isinstance(node, (*_Definition, *_Import)):
        return not statement.star
    if isinstance(node, ast.Assign):
        plain = any(_is_target(target, name) for target in node.targets)
    else:
        plain = isinstance(node, ast.AnnAssign) and _is_target(node.target, name)
    return plain and name not in statement.uses


def _is_target(target: ast.expr, name: str) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return any(_is_target(item, name) for item in target.elts)
    target = target.value if isinstance(target, ast.Starred) else target
    return isinstance(target, ast.Name) and target.id == name
