"""Calls a student's function in this process: copies in, outcome out, output kept short."""

from __future__ import annotations

import contextlib
import io
import linecache
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from coursekit.core.judging import Call, CallError, Outcome, changed_arguments
from coursekit.core.spec import Case, Exercise

#: Characters of a student's own printing that are kept for display.
_KEPT = 400


class Printed(io.TextIOBase):
    """A stream that counts what is written and keeps only the beginning."""

    def __init__(self) -> None:
        self.count = 0
        self.lines = 0
        self.start = ""

    def writable(self) -> bool:
        """Writing is all that this stream is for."""
        return True

    def write(self, text: str) -> int:
        """Count the text; keep it while there is room."""
        self.count += len(text)
        self.lines += text.count("\n")
        if len(self.start) < _KEPT:
            self.start = (self.start + text)[:_KEPT]
        return len(text)


def local_call(exercise: Exercise, function: Callable[..., Any], printed: Printed) -> Call:
    """Return a ``Call`` that runs ``function`` in this process."""

    def call(case: Case) -> Outcome:
        args, kwargs = case.fresh()
        try:
            with contextlib.redirect_stdout(printed):
                value = exercise.run(function, case, args, kwargs)
        except Exception as error:
            return Outcome(error=describe_error(error, function))
        return Outcome(value, changed=changed_arguments(exercise, case, args, kwargs))

    return call


def is_stub_error(error: BaseException, function: Callable[..., Any]) -> bool:
    """Whether the function itself says that it is not written yet."""
    if not isinstance(error, NotImplementedError):
        return False
    last = list(traceback.walk_tb(error.__traceback__))[-1][0]
    return last.f_code is getattr(function, "__code__", None)


def describe_error(error: BaseException, function: Callable[..., Any]) -> CallError:
    """Turn an exception into plain text, with the traceback trimmed to the student's lines."""
    kind = type(error).__name__
    lines = student_lines(error.__traceback__)
    return CallError(kind, str(error), "\n".join(lines), is_stub_error(error, function))


def student_lines(trace: TracebackType | None) -> list[str]:
    """List the frames that are the student's: ``line 3, in conv2d: out[i] = ...``."""
    found = []
    for frame, line in traceback.walk_tb(trace):
        if not _is_library(frame):
            source = linecache.getline(frame.f_code.co_filename, line).strip()
            where = f"line {line}, in {frame.f_code.co_name}"
            found.append(f"{where}: {source}" if source else where)
    if len(found) > 8:
        found = [*found[:4], f"... {len(found) - 8} more ...", *found[-4:]]
    return found


def _is_library(frame: FrameType) -> bool:
    module = frame.f_globals.get("__name__", "")
    return module.partition(".")[0] in ("coursekit", "numpy", "torch", "contextlib")
