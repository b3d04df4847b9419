"""Which global names a statement binds and which it looks up, and when, without running it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

#: Nodes in which no name can be.
_EMPTY = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
_LEAVES = {ast.Constant, ast.Pass, ast.Break, ast.Continue}
_LEAVES |= {leaf for kind in _EMPTY for leaf in kind.__subclasses__()}
_Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Methods that give their object's name a value like an assignment.
_CHANGES = ("append", "extend", "update", "add", "insert", "setdefault", "sort")


@dataclass
class _Scope:
    """The names that one scope loads, gives a value to, and takes from outside."""

    loads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)


def exercise_id(decorator: ast.expr) -> str | None:
    """Return the id of ``ck.exercise("id")``."""
    if not isinstance(decorator, ast.Call) or len(decorator.args) != 1:
        return None
    called, argument = decorator.func, decorator.args[0]
    name = getattr(called, "attr", getattr(called, "id", None))
    if name != "exercise" or not isinstance(argument, ast.Constant):
        return None
    return argument.value if isinstance(argument.value, str) else None


class Names:
    """The names of a top-level statement.

    ``binds`` get a value and ``uses`` are looked up, ``at_once`` those that are looked up when the
    statement runs: a function looks up the others when it is called. ``checks`` are names whose
    ``check`` is asked for; ``later`` says that there is code which runs when something is called.

    Args:
        node: the statement.
    """

    def __init__(self, node: ast.stmt) -> None:
        self._scopes = [_Scope()]
        self.checks: set[str] = set()
        self.later = False
        self.at_once = self.uses
        self._visit(node)
        if isinstance(node, ast.Expr):
            self._mutation(node.value)
        if not isinstance(node, _Function):
            self.at_once = self.uses

    @property
    def binds(self) -> set[str]:
        """The names that get a value."""
        return self._scopes[0].stores

    @property
    def uses(self) -> set[str]:
        """The global names that are looked up."""
        return self._scopes[0].loads

    def _visit(self, node: ast.AST) -> None:
        handler = _HANDLERS.get(type(node))
        if handler is None:
            self._inside(node)
        else:
            handler(self, node)

    def _inside(self, node: ast.AST) -> None:
        """Visit the parts of a node."""
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                for item in value:
                    if isinstance(item, ast.AST) and type(item) not in _LEAVES:
                        self._visit(item)
            elif isinstance(value, ast.AST) and type(value) not in _LEAVES:
                self._visit(value)

    def _mutation(self, value: ast.expr) -> None:
        """``TABLE.append(3)`` gives ``TABLE`` its value like an assignment."""
        called = value.func if isinstance(value, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in _CHANGES:
            self._target(called.value)

    def _bind(self, name: str | None) -> None:
        if name:
            self._scopes[-1].stores.add(name)

    def _target(self, node: ast.expr) -> None:
        """Changing an item or attribute of a global is a binding of the global."""
        while isinstance(node, (ast.Subscript, ast.Attribute)):
            node = node.value
        if isinstance(node, ast.Name) and len(self._scopes) == 1:
            self._bind(node.id)

    def _name(self, node: ast.Name) -> None:
        if type(node.ctx) is ast.Load:
            self._scopes[-1].loads.add(node.id)
        elif type(node.ctx) is ast.Store:
            self._bind(node.id)

    def _item(self, node: ast.Subscript | ast.Attribute) -> None:
        if type(node.ctx) is ast.Store:
            self._target(node)
        self._inside(node)

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr == "check" and isinstance(node.value, ast.Name):
            self.checks.add(node.value.id)
        self._item(node)

    def _changed(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._scopes[-1].loads.add(node.target.id)
        self._inside(node)

    def _take_outer(self, node: ast.Global | ast.Nonlocal) -> None:
        self._scopes[-1].outer.update(node.names)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0])

    def _enter(self, inside: Iterable[ast.AST], bound: Iterable[str] = ()) -> None:
        scope = _Scope(stores=set(bound))
        self._scopes.append(scope)
        for node in inside:
            self._visit(node)
        self._scopes.pop()
        self._scopes[-1].loads |= (scope.loads - scope.stores) | scope.outer

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self.later = True
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [a for a in (arguments.vararg, arguments.kwarg) if a]
        header: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
        if not isinstance(node, ast.Lambda):
            self._bind(node.name)
            header += [d for d in node.decorator_list if exercise_id(d) is None]
            header += [node.returns, *(a.annotation for a in every)]
        for part in header:
            if part is not None:
                self._visit(part)
        if len(self._scopes) == 1:  # of the statement itself: its body is still to come
            self.at_once = set(self.uses)
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        self._enter(body, [a.arg for a in every])

    def _class(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self._visit(part)
        self._enter(node.body)

    def _comprehension(self, node: ast.AST) -> None:
        self._enter(ast.iter_child_nodes(node))

    def _named(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar) -> None:
        self._bind(node.name)
        self._inside(node)


_HANDLERS: dict[type[ast.AST], Callable[[Names, Any], None]] = {
    ast.Name: Names._name,
    ast.Subscript: Names._item,
    ast.Attribute: Names._attribute,
    ast.AugAssign: Names._changed,
    ast.Global: Names._take_outer,
    ast.Nonlocal: Names._take_outer,
    ast.Import: Names._import,
    ast.ImportFrom: Names._import,
    ast.FunctionDef: Names._function,
    ast.AsyncFunctionDef: Names._function,
    ast.Lambda: Names._function,
    ast.ClassDef: Names._class,
    ast.ListComp: Names._comprehension,
    ast.SetComp: Names._comprehension,
    ast.DictComp: Names._comprehension,
    ast.GeneratorExp: Names._comprehension,
    ast.ExceptHandler: Names._named,
    ast.MatchAs: Names._named,
    ast.MatchStar: Names._named,
}
