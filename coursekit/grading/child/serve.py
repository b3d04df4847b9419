"""The loop in a student's process: load the cells, answer calls, until killed.

Nothing here is trusted: student code shares the process and can change all of it. What it can do
with that is decided by the sandbox around the process and by the judge's decoder.
"""

from __future__ import annotations

import os
import socket
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

from . import wire
from .coursekit import exercise, is_stub_error

#: Prefix of the file names under which the student's cells are compiled.
CELL = "cell "

#: The judge is trusted: its frames may be large and may hold functions as source text.
_ANY = wire.Caps(1 << 26, 1 << 30, code=True)


def serve(channel: socket.socket) -> None:
    """Answer the judge's messages until it goes away."""
    functions: dict[str, Callable[..., Any]] = {}
    while True:
        try:
            kind, content = wire.receive(channel, _ANY)
        except wire.Closed:
            return
        if kind == "load":
            reply = load(functions, **content)
        else:
            key, args, kwargs = content
            reply = call(functions[key], args, kwargs)
        try:
            frame = wire.encode(reply)
        except BaseException as error:
            frame = wire.encode({"error": describe(error, None)})
        wire.transmit(channel, frame, None)


def silence() -> None:
    """Let everything that is printed vanish; nothing of it is evidence."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def load(
    functions: dict[str, Callable[..., Any]],
    key: str,
    name: str,
    pieces: list[tuple[str, int, str, str, str]],
) -> dict[str, Any]:
    """Run the pieces of the notebook that an exercise needs and find its function.

    Args:
        functions: gets the function under ``key``.
        key: the exercise's id.
        name: the function's name.
        pieces: for each statement its file name, first line and source; where it defines the
            function of an exercise, also the exercise's id and the function's name.
    """
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    try:
        for file, line, source, exercise_id, defined in pieces:
            code = compile("\n" * (line - 1) + source, file, "exec", dont_inherit=True)
            exec(code, namespace)
            if exercise_id:
                namespace[defined] = exercise(exercise_id)(namespace[defined])
    except BaseException as error:
        return {"error": describe(error, None)}
    function = namespace.get(name)
    function = getattr(function, "student_function", function)
    if callable(function):
        functions[key] = function
    return {"loaded": callable(function)}


def call(function: Callable[..., Any], args: Any, kwargs: Any) -> dict[str, Any]:
    """Call the function once: its value, and the arguments if it changed them."""
    before = wire.encode([args, kwargs], _ANY)
    try:
        value = function(*args, **kwargs)
    except BaseException as error:
        return {"error": describe(error, function)}
    if wire.encode([args, kwargs], _ANY) == before:
        return {"value": value}
    return {"value": value, "after": [args, kwargs]}


def describe(error: BaseException, function: Callable[..., Any] | None) -> dict[str, Any]:
    """Turn an exception into plain data: type, message, places in the student's cells."""
    try:
        message = str(error)[:2000]
    except BaseException:
        message = ""
    places = [
        (frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(CELL)
    ]
    if isinstance(error, SyntaxError) and str(error.filename).startswith(CELL):
        places.append((str(error.filename), error.lineno or 1, ""))
    return {
        "type": type(error).__name__,
        "message": message,
        "places": places if len(places) <= 8 else places[:4] + places[-4:],
        "stub": function is not None and is_stub_error(error, function),
        "memory": isinstance(error, MemoryError),
    }
