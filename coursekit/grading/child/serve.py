"""The loop in a student's process: load the cells, answer calls, until killed.

Nothing here is trusted: student code shares the process and can change all of it. What it can do
with that is decided by the sandbox around the process and by the judge's decoder.
"""

from __future__ import annotations

import builtins
import errno
import functools
import os
import sys
import traceback
import types
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from . import wire
from .coursekit import exercise, is_stub_error

#: Prefix of the file names under which the student's cells are compiled.
CELL = "cell "

#: In a notebook everybody has it. Here nobody looks.
builtins.display = lambda *_, **__: None  # type: ignore[attr-defined]

#: Types whose values cannot be changed.
_FIXED = (int, float, bool, str, type(None))

#: The judge is trusted: its frames may be large and may hold functions as source text.
_ANY = wire.Caps(1 << 26, 1 << 30, code=True)


#: What a call's frame holds: positional and named arguments, and what shows later whether the
#: function has changed them: the arrays' bytes and forms.
Arguments = tuple[list[Any], dict[str, Any], bytes, list[Any]]

#: A call: a frame's header and body, and the arguments in them if they were read before.
Given = tuple[bytes, bytearray, Arguments | None]

#: Calls that are known before any student's code comes, by a name for all of them together.
_known: dict[str, list[Given]] = {}


def learn(name: str, frames: bytes) -> None:
    """Read calls that every student's function gets: each process then has them from the start."""
    _known[name] = []
    while frames:
        header, body = wire.lengths(frames[: wire.PREFIX], _ANY)
        start, end = wire.PREFIX + header, wire.PREFIX + header + body
        text, arrays = frames[wire.PREFIX : start], bytearray(frames[start:end])
        _known[name].append((text, arrays, _read(text, arrays)))
        frames = frames[end:]


def serve(channel: wire.Channel) -> None:
    """Answer the judge's messages until it goes away.

    ``("load", {...})`` gets one answer. ``("calls", [key, count])`` is followed by so many frames
    with arguments, ``("known", [key, name])`` is about calls that were learned; each call gets an
    answer, up to the first that finds a stub. ``("next", message)`` goes to the driver that
    answered last.
    """
    functions: dict[str, Callable[..., Any]] = {}
    caps = wire.Caps()
    while True:
        try:
            kind, content = channel.receive(_ANY)
            if kind == "load":
                caps = wire.Caps(body=content.pop("largest"))
                answer(channel, load(functions, **content), caps)
                continue
            if kind == "next":
                answer(channel, go_on(content), caps)
                continue
            key, calls = content
            given: Iterable[Given]
            if kind == "known":
                given = _known[calls]
            else:
                given = [(*channel.receive_frame(_ANY), None) for _ in range(calls)]
        except wire.Closed:
            return
        for each in given:
            reply = call(functions[key], *each)
            answer(channel, reply, caps)
            if reply.get("error", {}).get("stub"):
                break


def answer(channel: wire.Channel, reply: dict[str, Any], caps: wire.Caps) -> None:
    """Send a reply; a value that is too large becomes an empty one of its type."""
    try:
        frame = wire.encode(reply, caps)
        if len(frame) > caps.header:
            wire.lengths(frame[: wire.PREFIX], caps)
    except wire.WireError:
        frame = wire.encode({"value": type(type(reply.get("value")).__name__, (), {})()})
    except BaseException as error:
        frame = wire.encode({"error": describe(error, None)})
    channel.send(frame)


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
    driver: Callable[..., Any] | None,
) -> dict[str, Any]:
    """Run the pieces of the notebook that an exercise needs and find its function.

    Args:
        functions: gets the function under ``key``.
        key: the exercise's id.
        name: the function's name.
        pieces: for each statement its file name, first line and source; where it defines the
            function of an exercise, also the exercise's id and the function's name.
        driver: the generator function that calls the function, where a plain call is not enough.
    """
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    try:
        future = 0
        for file, line, source, exercise_id, defined in pieces:
            code = _compiled(file, line, source, future)
            future |= code.co_flags & annotations.compiler_flag  # holds for all that follows
            exec(code, namespace)
            if exercise_id:
                namespace[defined] = exercise(exercise_id)(namespace[defined])
    except BaseException as error:
        return {"error": describe(error, None)}
    function = namespace.get(name)
    function = getattr(function, "student_function", function)
    if callable(function):
        functions[key] = drive(function, driver) if driver else function
    return {"loaded": callable(function)}


@functools.cache
def _compiled(file: str, line: int, source: str, future: int) -> types.CodeType:
    """Compile a piece; imports and helpers come again with every exercise that needs them."""
    return compile("\n" * (line - 1) + source, file, "exec", future, dont_inherit=True)


def _read(header: bytes, body: bytearray) -> Arguments:
    """Read a call's arguments; the arrays lie in the body itself."""
    args, kwargs = wire.decode(header, body, _ANY)
    return args, kwargs, bytes(body), _forms([*args, *kwargs.values()])


def call(
    function: Callable[..., Any], header: bytes, body: bytearray, arguments: Arguments | None = None
) -> dict[str, Any]:
    """Call the function once: its value, and the arguments if it may have changed them."""
    try:
        args, kwargs, sent, forms = arguments or _read(header, body)
        value = function(*args, **kwargs)
    except BaseException as error:
        return {"error": describe(error, function)}
    if hasattr(function, "driven"):
        return {"value": value}
    if forms and sent == body and forms == _forms([*args, *kwargs.values()]):
        return {"value": value}
    if wire.encode([args, kwargs], _ANY)[wire.PREFIX :] == header + sent:
        return {"value": value}
    return {"value": value, "after": [args, kwargs]}


def _forms(values: list[Any]) -> list[Any]:
    """Return what an array can change beside its elements; nothing, if other values can change."""
    found: list[Any] = [None]
    for value in values:
        if type(value) is np.ndarray and value.dtype.kind != "b":  # booleans are copied
            found.append((value.shape, value.strides, value.dtype))
        elif type(value) not in _FIXED and not (
            type(value) is tuple and all(type(item) in _FIXED for item in value)
        ):
            return []
    return found


#: The driver that answered last and what it holds.
_talks: list[Any] = []


def drive(function: Callable[..., Any], driver: Callable[..., Any]) -> Callable[..., Any]:
    """Let the driver call the function; it waits for the next message in between."""

    def driven(*args: Any, **kwargs: Any) -> Any:
        _talks[:] = [driver(function, *args, **kwargs)]
        return next(_talks[0])

    driven.driven = function  # type: ignore[attr-defined]
    return driven


def go_on(message: Any) -> dict[str, Any]:
    """Hand the next message to the driver."""
    try:
        return {"value": _talks[0].send(message)}
    except BaseException as error:
        return {"error": describe(error, None)}


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
        "stub": function is not None
        and is_stub_error(error, getattr(function, "driven", function)),
        "memory": isinstance(error, MemoryError)
        or getattr(error, "errno", None) == errno.ENOMEM
        or "DefaultCPUAllocator: " in message,
    }
