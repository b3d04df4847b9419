"""Which packages a function uses, itself or through the student's own helpers.

An exercise names the packages that its solution may use. The analysis follows names from the
function's bytecode to the objects they stand for, so ``import torch`` inside the function,
``torch`` from another cell and ``from torch import relu`` are all seen.
"""

from __future__ import annotations

import dis
import functools
import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import coursekit
from coursekit.core.spec import Exercise

#: Standard-library packages are allowed in every exercise.
_STANDARD = frozenset(sys.stdlib_module_names) | {"builtins"}

#: Code below these folders is not the student's.
_LIBRARIES = (
    *(
        str(Path(sysconfig.get_path(name), "")) + os.sep
        for name in ("stdlib", "purelib", "platlib")
    ),
    str(Path(coursekit.__path__[0])) + os.sep,
)


def forbidden_package(exercise: Exercise, function: Callable[..., Any]) -> str | None:
    """Name a package that the function uses and the exercise does not allow, if any."""
    for package in _packages(function):
        if package not in _STANDARD and package not in exercise.allowed:
            return package
    return None


def restriction_sentence(exercise: Exercise, package: str) -> str:
    """Say in one sentence what is used and what is allowed."""
    allowed = ", ".join(exercise.allowed) or "the standard library"
    if package == "coursekit":
        return f"`{exercise.name}` uses the course's own reference; write it with {allowed}."
    return f"`{exercise.name}` uses {package}; allowed: {allowed}."


def _packages(function: Callable[..., Any]) -> Iterator[str]:
    waiting: list[Any] = [function]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        item = getattr(item, "student_function", item)
        if id(item) in seen:
            continue
        seen.add(id(item))
        if "__wrapped__" in getattr(item, "__dict__", ()):  # what a decorator was put around
            waiting.append(item.__wrapped__)
        if isinstance(item, FunctionType) and _is_own(item):
            used = _names(item.__code__)
            yield from (name.partition(".")[0] for name in used.imports)
            cells = [cell.cell_contents for cell in item.__closure__ or () if _is_filled(cell)]
            names = [item.__globals__[n] for n in used.names if n in item.__globals__]
            waiting += [*names, *cells, *(item.__defaults__ or ())]
        elif isinstance(item, type) and _is_own(item):
            waiting += [value for value in vars(item).values() if isinstance(value, FunctionType)]
        elif isinstance(item, functools.partial):
            waiting += [item.func, *item.args, *item.keywords.values()]
        elif isinstance(item, ModuleType):
            yield item.__name__.partition(".")[0]
        elif isinstance(item, FunctionType):
            # Its own module: a wrapper carries the name of the module that it wraps for.
            yield str(item.__globals__.get("__name__", "builtins")).partition(".")[0]
        elif isinstance(item, (BuiltinFunctionType, type)):
            yield (item.__module__ or "builtins").partition(".")[0]


def _is_own(item: FunctionType | type) -> bool:
    """Whether the student wrote the object: in the notebook, a script, or a file beside it."""
    if isinstance(item, FunctionType):
        file = item.__code__.co_filename
    else:
        file = getattr(sys.modules.get(item.__module__), "__file__", None) or ""
    package = (item.__module__ or "").partition(".")[0]
    return package not in _STANDARD and not file.startswith(_LIBRARIES)


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - reading an empty cell raises
    except ValueError:
        return False
    return True


class _Names:
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.imports: set[str] = set()


def _names(code: CodeType) -> _Names:
    found = _Names()
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            found.imports.add(str(instruction.argval))
        elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            found.names.add(str(instruction.argval))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            inner = _names(constant)
            found.names |= inner.names
            found.imports |= inner.imports
    return found
