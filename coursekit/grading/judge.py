"""The judge: makes the calls, holds the clock, and decides with the exercise core.

What a student's process sends are values, never verdicts. Whatever else it does (send nonsense,
send nothing, end) becomes a status with a sentence here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.core.judging import (
    PASSED,
    CallError,
    Outcome,
    Verdict,
    changed_arguments,
    judge,
)
from coursekit.core.spec import Case, Exercise
from coursekit.grading.cases import frame_of, prepare
from coursekit.grading.child import wire
from coursekit.grading.names import Code, Found
from coursekit.grading.process import Child, Launcher
from coursekit.grading.stopping import ERROR, MEMORY, TIMEOUT, Stopped, nonsense, stopped

#: An exercise may take so many times the limit of one case for all its cases together.
_ALL_CASES = 4


@dataclass
class _Clock:
    """Time left for one exercise: each step has its own limit, all together have another."""

    seconds: float
    left: float

    def limit(self) -> float:
        return min(self.seconds, self.left)


class Attempt:
    """An exercise on its way to a verdict: what the visible cases gave, or why it was stopped."""

    def __init__(self, exercise: Exercise, found: Found) -> None:
        self.exercise = exercise
        self.found = found
        self.outcomes: list[Outcome] = []
        self.stopped: Stopped | None = None
        self.clock = _Clock(exercise.limits.seconds, _ALL_CASES * exercise.limits.seconds)

    @property
    def seconds(self) -> float:
        """The time that the student's process has used."""
        return _ALL_CASES * self.clock.seconds - self.clock.left


class Session:
    """The processes of one submission: one, and a fresh one after each that had to be ended.

    The visible cases of all exercises come before the first hidden case of any: no text that a
    student's process makes after it has seen a hidden case is ever shown.
    """

    def __init__(self, launcher: Launcher, code: Code) -> None:
        self._launcher = launcher
        self._code = code
        self._child: Child | None = None
        self._loaded: set[str] = set()
        self._exposed = False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def attempt(self, exercise: Exercise, found: Found) -> Attempt:
        """Load what the exercise needs and try the visible cases."""
        attempt = Attempt(exercise, found)
        try:
            for outcome in self._calls(attempt, exercise.visible, prepare(exercise).frames, "case"):
                attempt.outcomes.append(outcome)
                if outcome.error and outcome.error.stub:
                    break
        except BaseException as error:
            self._end()
            attempt.stopped = stopped(error)
        return attempt

    def verdict(self, attempt: Attempt, hidden: Sequence[Case]) -> tuple[Verdict, bool]:
        """Judge the visible cases as the notebook does, and the hidden ones if all are right.

        Returns:
            the verdict, and whether it is about the hidden cases.

        Raises:
            Stopped: if the student's process did not get through the cases.
        """
        if attempt.stopped:
            raise attempt.stopped
        verdict = prepare(attempt.exercise).judge(attempt.outcomes)
        if verdict.status != PASSED or not hidden:
            return verdict, False
        frames = b"".join(frame_of(case) for case in hidden)
        outcomes = self._calls(attempt, hidden, frames, "hidden case")
        try:
            return judge(attempt.exercise, hidden, lambda _: next(outcomes)), True
        except BaseException as error:
            self._end()
            raise stopped(error) from None

    def _load(self, attempt: Attempt) -> None:
        exercise, found = attempt.exercise, attempt.found
        if self._child is None:
            self._child = self._launcher.start(exercise.allowed, exercise.limits.memory_mb)
        own = {"key": exercise.id, "name": found.name, "pieces": list(found.pieces)}
        content = {**own, "driver": exercise.driver, "largest": prepare(exercise).answers.body}
        where = "while the cells were loaded"
        reply = self._ask(attempt, wire.encode(("load", content)), where)
        if "error" in reply:
            error = self._error(exercise, reply["error"])
            sentence = f"{error.type}: {error.message}".rstrip(": ")
            if self._exposed:
                sentence = "an exception"
            raise Stopped(ERROR, f"The cells that `{exercise.name}` needs raise {sentence}")
        if reply != {"loaded": True}:
            raise Stopped(ERROR, f"`{exercise.name}` is not a function.")
        self._loaded.add(exercise.id)

    def _calls(
        self, attempt: Attempt, cases: Sequence[Case], frames: bytes, what: str
    ) -> Iterator[Outcome]:
        """Send all calls at once and read the outcomes one by one, each with its time limit."""
        exercise = attempt.exercise
        if exercise.id not in self._loaded:
            self._load(attempt)
        self._exposed = self._exposed or what == "hidden case"
        request = wire.encode(("calls", [exercise.id, len(cases)])) + frames
        for number, case in enumerate(cases, 1):
            if exercise.driver:
                request = wire.encode(("calls", [exercise.id, 1])) + frame_of(case)
            reply = self._ask(attempt, request, f"in {what} {number}")
            request = b""
            values = [reply.get("value")]
            for message in case.then:
                if "value" not in reply:
                    break
                further = wire.encode(("next", message))
                reply = self._ask(attempt, further, f"in {what} {number}")
                values.append(reply.get("value"))
            if "error" in reply:
                yield Outcome(error=self._error(exercise, reply["error"]))
            elif "value" not in reply:
                raise nonsense()
            else:
                after = reply.get("after")
                changed = _changed(exercise, case, after) if after else ()
                yield Outcome(values if case.then else values[0], changed=changed)

    def _ask(self, attempt: Attempt, request: bytes, where: str) -> dict[str, Any]:
        """Send a request, if there is one, and wait for an answer."""
        assert self._child is not None
        clock, start = attempt.clock, time.monotonic()
        limit = clock.limit()
        try:
            self._child.channel.send(request, start + limit)
            caps = prepare(attempt.exercise).answers
            reply = self._child.channel.receive(caps, start + limit)
        except TimeoutError:
            self._end()
            used = _ALL_CASES * clock.seconds if limit < clock.seconds else clock.seconds
            together = " for all cases together" if limit < clock.seconds else ""
            raise Stopped(TIMEOUT, f"Stopped after {used:.1f} s{together} {where}.") from None
        except wire.Closed:
            how = self._end(by_itself=True)
            raise Stopped(ERROR, f"Python ended {where} ({how}).") from None
        except wire.WireError:
            raise nonsense() from None
        finally:
            clock.left -= time.monotonic() - start
        if type(reply) is not dict or not all(type(key) is str for key in reply):
            raise nonsense()
        return reply

    def _error(self, exercise: Exercise, told: Any) -> CallError:
        """Read an exception as the process tells it; its places must exist in the notebook."""
        try:
            kind, message = told["type"], told["message"]
            places = [(file, line, name) for file, line, name in told["places"][:8]]
            stub, memory = told["stub"] is True, told["memory"] is True
        except (TypeError, KeyError, ValueError, IndexError, AttributeError):
            raise nonsense() from None
        # Nothing else is turned into text: that of a hollow array can fill the memory.
        texts = [kind, message, *(text for file, _, name in places for text in (file, name))]
        lines_given = [line for _, line, _ in places]
        if {*map(type, texts)} != {str} or {*map(type, lines_given)} - {int}:
            raise nonsense()
        if memory:
            raise Stopped(MEMORY, f"Used more than {exercise.limits.memory_mb} MB.")
        sources = [(place, self._code.line(place[0], place[1])) for place in places]
        lines = [f"{f}, line {n}, in {g[:100]}: {text}" for (f, n, g), text in sources if text]
        return CallError(kind[:100], message[:500], "\n".join(lines), stub)

    def _end(self, by_itself: bool = False) -> str:
        child, self._child = self._child, None
        self._loaded, self._exposed = set(), False
        return child.end(by_itself) if child else ""


def _changed(exercise: Exercise, case: Case, after: Any) -> tuple[str, ...]:
    try:
        args, kwargs = after
        if type(args) not in (list, tuple) or type(kwargs) is not dict:
            raise nonsense()  # a hollow array is endless
        return changed_arguments(exercise, case, args, kwargs)
    except (TypeError, KeyError, ValueError, AttributeError):
        raise nonsense() from None
