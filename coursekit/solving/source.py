"""Takes a function and all that it needs out of the course's modules, as text for one cell.

Annotations are left out of the headers, as in the notebooks, so that the text needs nothing but
what it computes with. Names are followed through the modules of the course: private helpers come
along, imports of other packages are repeated. A helper with a twin in its module, ``name_plain``
beside ``name``, goes into the cell as the twin: what makes it fast there, such as threads, has no
place in an answer.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import symtable
import sys
from collections.abc import Callable, Set
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from coursekit.errors import CourseError

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Solution:
    """The text of one function and of what it needs.

    ``header`` is the ``def`` line, ``docstring`` and ``body`` the indented lines below it;
    ``imports`` and ``helpers`` belong above it, in this order. ``decorators`` are the function's
    own.
    """

    imports: tuple[str, ...]
    helpers: tuple[str, ...]
    decorators: str
    header: str
    docstring: str
    body: str


def solution(reference: Callable[..., Any], defined: Set[str] = frozenset()) -> Solution:
    """Return the text of a function of the course, ready for a plain notebook.

    Args:
        reference: a function at the top level of a module of the course.
        defined: names that the notebook gives already; they are not given again.

    Raises:
        CourseError: if something that the function needs cannot be written into a cell.
    """
    module = _module(reference.__module__)
    node = module.statements.get(reference.__name__)
    if not isinstance(node, _Function):
        raise CourseError(
            f"`{reference.__name__}` is not a function of {reference.__module__}: "
            "its source cannot be put into a notebook."
        )
    text = _function_text(node, module.lines)
    needed = _Collection(defined | {reference.__name__})
    needed.follow(module.name, text.full)
    return Solution(
        tuple(needed.imports), tuple(needed.helpers.values()), text.decorators, text.header,
        text.docstring, text.body,
    )  # fmt: skip


class _Collection:
    """Gathers the statements that a text needs, each after those that it needs itself."""

    def __init__(self, defined: Set[str]) -> None:
        self.defined = defined
        self.imports: list[str] = []
        self.helpers: dict[str, str] = {}
        self._origins: dict[str, str] = {}

    def follow(self, module: str, text: str) -> None:
        """Add all that a text from a module needs."""
        for name in sorted(_global_names(text)):
            if name not in self.defined and not hasattr(builtins, name):
                self._add(module, name)

    def _add(self, module: str, name: str) -> None:
        home, node = _home(module, name)
        imported = isinstance(node, (ast.Import, ast.ImportFrom))
        # The same import is the same thing in every module.
        origin = ast.unparse(node) if imported else f"in {home}"
        if self._origins.setdefault(name, origin) != origin:
            raise CourseError(
                f"Two different helpers of the course are called `{name}` "
                f"({self._origins[name]} and {origin}): one of them needs another name."
            )
        if imported:
            if origin not in self.imports:
                self.imports.append(origin)
        elif name not in self.helpers:
            self.helpers[name] = ""  # its place is known: a helper may call itself
            text = _statement_text(node, _module(home).lines)
            self.follow(home, text)
            del self.helpers[name]
            self.helpers[name] = text


@dataclass(frozen=True)
class _Module:
    name: str
    lines: list[str]
    statements: dict[str, ast.stmt]


@cache
def _module(name: str) -> _Module:
    """Read a module's source; every name bound at its top level leads to its statement."""
    source = inspect.getsource(sys.modules.get(name) or importlib.import_module(name))
    statements: dict[str, ast.stmt] = {}
    for node in ast.parse(source).body:
        for bound in _bound(node):
            statements[bound] = node
    return _Module(name, source.splitlines(), statements)


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, (*_Function, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [item.id for item in node.targets if isinstance(item, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return []


def _home(module: str, name: str) -> tuple[str, ast.stmt]:
    """Find the statement that gives a name its value; imports within the course are followed."""
    node = _module(module).statements.get(name)
    if node is None:
        raise CourseError(f"`{name}`, which {module} uses, is not bound at its top level.")
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return module, _plain(module, name) or node
    alias = next(item for item in node.names if name in (item.asname, item.name.split(".")[0]))
    if isinstance(node, ast.Import):
        if not alias.name.startswith("coursekit"):
            return module, ast.Import([alias])
    else:
        source = importlib.util.resolve_name("." * node.level + (node.module or ""), module)
        if not source.startswith("coursekit"):
            return module, ast.ImportFrom(source, [alias], 0)
        if alias.asname in (None, alias.name) and alias.name in _module(source).statements:
            return _home(source, alias.name)
    raise CourseError(
        f"{module} needs `{ast.unparse(node)}`: only plain names of the course can be put into a "
        "notebook, by `from module import name`."
    )


def _plain(module: str, name: str) -> ast.stmt | None:
    twin = _module(module).statements.get(f"{name}_plain")
    if not isinstance(twin, _Function):
        return None
    renamed = copy(twin)
    renamed.name = name
    return renamed


@dataclass(frozen=True)
class _FunctionText:
    decorators: str
    header: str
    docstring: str
    body: str

    @property
    def full(self) -> str:
        parts = (self.decorators, self.header, self.docstring, self.body)
        return "\n".join(part for part in parts if part)


def _statement_text(node: ast.stmt, lines: list[str]) -> str:
    if isinstance(node, _Function):
        return _function_text(node, lines).full
    first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
    return "\n".join(lines[first - 1 : node.end_lineno])


def _function_text(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> _FunctionText:
    """Split a function into its parts; the header carries no annotations."""
    bare = deepcopy(node)
    bare.decorator_list, bare.returns, bare.body = [], None, [ast.Pass()]
    arguments = bare.args
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for argument in (*plain, arguments.vararg, arguments.kwarg):
        if argument is not None:
            argument.annotation = None
    header = ast.unparse(bare).splitlines()[0]
    decorated = node.decorator_list[0].lineno if node.decorator_list else node.lineno
    decorators = "\n".join(lines[decorated - 1 : node.lineno - 1])
    first, docstring = node.body[0], ""
    start = first.lineno - 1
    if ast.get_docstring(node, clean=False) is not None:
        start = first.end_lineno or first.lineno
        docstring = "\n".join(lines[first.lineno - 1 : start])
    else:
        while lines[start - 1].lstrip().startswith("#"):
            start -= 1
    body = "\n".join(lines[start : node.end_lineno])
    return _FunctionText(decorators, header, docstring, body)


def _global_names(text: str) -> set[str]:
    """Name everything that a text looks up outside of itself."""
    found: set[str] = set()
    waiting = [symtable.symtable(text, "<solution>", "exec")]
    while waiting:
        table = waiting.pop()
        outermost = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (outermost or symbol.is_global()):
                found.add(symbol.get_name())
        waiting += table.get_children()
    return found
