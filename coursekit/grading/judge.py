"""The judge: makes the calls, holds the clock, and decides with the exercise core.

What a student's process sends are values, never verdicts. Whatever else it does (send nonsense,
send nothing, end) becomes a status with a sentence here.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.core.judging import Call, CallError, Outcome, Verdict, changed_arguments, judge
from coursekit.core.spec import Case, Exercise
from coursekit.grading.child import wire
from coursekit.grading.names import Code, Found
from coursekit.grading.process import Child, Launcher

TIMEOUT = "timeout"
MEMORY = "memory"
ERROR = "error"
UNGRADED = "ungraded"

#: An exercise may take so many times the limit of one case for all its cases together.
_ALL_CASES = 4


class Stopped(Exception):
    """The process was stopped or ended: the status and the sentence for the record."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass
class _Clock:
    """Time left for one exercise: each step has its own limit, all together have another."""

    seconds: float
    left: float

    def limit(self) -> float:
        return min(self.seconds, self.left)


class Session:
    """The processes of one submission: one, and a fresh one after each that had to be ended."""

    def __init__(self, launcher: Launcher, code: Code) -> None:
        self._launcher = launcher
        self._code = code
        self._child: Child | None = None
        self._kind: tuple[tuple[str, ...], int] | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def judge(self, exercise: Exercise, found: Found, cases: Sequence[Case]) -> Verdict:
        """Load what the exercise needs and judge it.

        Raises:
            Stopped: if the student's process did not get through the cases.
        """
        kind = (exercise.allowed, exercise.limits.memory_mb)
        if kind != self._kind:
            self._end()
            self._child = self._launcher.start(*kind)
            self._kind = kind
        seconds = exercise.limits.seconds
        clock = _Clock(seconds, _ALL_CASES * seconds)
        try:
            self._load(exercise, found, clock)
            return judge(exercise, cases, self._call(exercise, clock))
        except BaseException:
            self._end()
            raise

    def _load(self, exercise: Exercise, found: Found, clock: _Clock) -> None:
        message = ("load", {"name": found.name, "pieces": list(found.pieces)})
        reply = self._ask(wire.encode(message), clock, exercise, "while the cells were loaded")
        if "error" in reply:
            error, memory = self._error(reply["error"])
            if memory:
                raise _too_much(exercise)
            sentence = f"{error.type}: {error.message}".rstrip(": ")
            raise Stopped(ERROR, f"The cells that `{exercise.name}` needs raise {sentence}")
        if reply != {"loaded": True}:
            raise Stopped(ERROR, f"`{exercise.name}` is not a function.")

    def _call(self, exercise: Exercise, clock: _Clock) -> Call:
        number = 0

        def call(case: Case) -> Outcome:
            nonlocal number
            number += 1
            frame = wire.encode(("call", [case.args, dict(case.kwargs)]))
            reply = self._ask(frame, clock, exercise, f"in case {number}")
            if "error" in reply:
                error, memory = self._error(reply["error"])
                if memory:
                    raise _too_much(exercise)
                return Outcome(error=error)
            if "value" not in reply:
                raise _nonsense()
            if "after" not in reply:
                return Outcome(reply["value"])
            return Outcome(reply["value"], changed=_changed(exercise, case, reply["after"]))

        return call

    def _ask(self, frame: bytes, clock: _Clock, exercise: Exercise, where: str) -> dict[str, Any]:
        assert self._child is not None
        start = time.monotonic()
        limit = clock.limit()
        try:
            wire.transmit(self._child.channel, frame, start + limit)
            reply = wire.receive(self._child.channel, wire.Caps(), start + limit)
        except TimeoutError:
            self._end()
            used = _ALL_CASES * clock.seconds if limit < clock.seconds else clock.seconds
            together = " for all cases together" if limit < clock.seconds else ""
            raise Stopped(TIMEOUT, f"Stopped after {used:.1f} s{together} {where}.") from None
        except wire.Closed:
            how = self._end()
            raise Stopped(ERROR, f"Python ended {where} ({how}).") from None
        except wire.WireError:
            raise _nonsense() from None
        finally:
            clock.left -= time.monotonic() - start
        if type(reply) is not dict or not all(type(key) is str for key in reply):
            raise _nonsense()
        return reply

    def _error(self, told: Any) -> tuple[CallError, bool]:
        """Read an exception as the process tells it."""
        try:
            kind, message = str(told["type"])[:100], str(told["message"])[:2000]
            lines = []
            for file, line, function in told["places"][:8]:
                where = f"{str(file)[:20]}, line {int(line)}, in {str(function)[:100]}"
                source = self._code.line(file, line)
                lines.append(f"{where}: {source}" if source else where)
            stub, memory = told["stub"] is True, told["memory"] is True
        except (TypeError, KeyError, ValueError, IndexError, AttributeError):
            raise _nonsense() from None
        return CallError(kind, message, "\n".join(lines), stub), memory

    def _end(self) -> str:
        child, self._child, self._kind = self._child, None, None
        return child.end() if child else ""


def _changed(exercise: Exercise, case: Case, after: Any) -> tuple[str, ...]:
    try:
        args, kwargs = after
        return changed_arguments(exercise, case, args, kwargs)
    except (TypeError, KeyError, ValueError, AttributeError):
        raise _nonsense() from None


def _too_much(exercise: Exercise) -> Stopped:
    return Stopped(MEMORY, f"Used more than {exercise.limits.memory_mb} MB.")


def _nonsense() -> Stopped:
    return Stopped(UNGRADED, "Not graded, because the process sent something that is no answer.")
