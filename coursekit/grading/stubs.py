"""Recognises functions that are not written yet, without running them."""

from __future__ import annotations

import ast
from inspect import Parameter

from coursekit.core.spec import Exercise
from coursekit.grading.cases import once
from coursekit.grading.scopes import exercise_id


def is_stub(node: ast.stmt) -> bool:
    """Whether a function does nothing but say that it is not written yet."""
    body = list(getattr(node, "body", []))
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if len(body) != 1 or not isinstance(body[0], ast.Raise):
        return False
    raised = body[0].exc
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def is_untouched(node: ast.stmt, exercise: Exercise) -> bool:
    """Whether a stub can do nothing else, however the exercise calls it: then it need not run.

    Its parameters are those of the exercise, nothing is computed where it is defined, and no
    decorator puts another function in its place.
    """
    if not isinstance(node, ast.FunctionDef) or not is_stub(node):
        return False
    taken, last = node.args, node.body[-1]
    plain = [each.arg for each in taken.args if each.annotation is None]
    values = [each.value for each in taken.defaults if isinstance(each, ast.Constant)]
    others = [*taken.posonlyargs, *taken.kwonlyargs, taken.vararg, taken.kwarg, node.returns]
    asked = _parameters(exercise)
    return (
        plain == [name for name, _ in asked]
        and values == [value for _, value in asked if value is not Parameter.empty]
        and len(taken.args) + len(taken.defaults) == len(plain) + len(values)
        and not any(others)
        and all(exercise_id(decorator) for decorator in node.decorator_list)
        and isinstance(last, ast.Raise)
        and isinstance(last.exc, ast.Name)
        and last.cause is None
    )


@once
def _parameters(exercise: Exercise) -> list[tuple[str, object]]:
    parameters = exercise.signature.parameters.values()
    return [(parameter.name, parameter.default) for parameter in parameters]
