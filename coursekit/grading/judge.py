"""The judge: makes the calls, holds the clock, and decides with the exercise core.

What a student's process sends are values, never verdicts. Whatever else it does (send nonsense,
send nothing, end) becomes a status with a sentence here.
"""

from __future__ import annotations

import time
from typing import Any

from coursekit.core.judging import CallError, Outcome, Verdict, changed_arguments
from coursekit.core.spec import Case, Exercise
from coursekit.grading.cases import Frame, Prepared, frame_of, visible, visible_calls
from coursekit.grading.child import wire
from coursekit.grading.names import Code, Found
from coursekit.grading.process import Child, Launcher
from coursekit.grading.stopping import ERROR, MEMORY, TIMEOUT, UNGRADED, Stopped, nonsense, stopped

#: An exercise may take so many times the limit of one case for all its cases together.
_ALL_CASES = 4


class Attempt:
    """An exercise on its way to a verdict: what the visible cases gave, or why it was stopped."""

    def __init__(self, exercise: Exercise, found: Found) -> None:
        self.exercise = exercise
        self.found = found
        self.outcomes: list[Outcome] = []
        self.stopped: Stopped | None = None
        self.caps = visible(exercise).caps
        self.seconds = 0.0  # that the student's process has used


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

    def attempt(self, exercise: Exercise, found: Found) -> Attempt:
        """Load what the exercise needs and try the visible cases."""
        attempt, alone = Attempt(exercise, found), not self._loaded
        try:
            attempt.outcomes = self._outcomes(attempt, visible(exercise), "case")
        except BaseException as error:
            self.end()
            attempt.stopped = stopped(error)
            if not alone and attempt.stopped.status in (ERROR, UNGRADED):
                # It may be the fault of what another exercise did to the process: a fresh one.
                return self.attempt(exercise, found)
        return attempt

    def verdict(self, attempt: Attempt) -> Verdict:
        """Judge the visible cases as the notebook does.

        Raises:
            Stopped: if the student's process did not get through them.
        """
        if attempt.stopped:
            raise attempt.stopped
        return visible(attempt.exercise).judge(attempt.outcomes)

    def hidden_verdict(self, attempt: Attempt, cases: Prepared) -> Verdict:
        """Try and judge hidden cases, where all visible ones are right.

        Raises:
            Stopped: if the student's process did not get through them.
        """
        try:
            return cases.judge(self._outcomes(attempt, cases, "hidden case"))
        except BaseException as error:
            self.end()
            raise stopped(error) from None

    def _loading(self, attempt: Attempt) -> bytes:
        """Return the request to load what an exercise needs; nothing if that is done."""
        exercise, found = attempt.exercise, attempt.found
        if self._child is None:
            calls = visible_calls(exercise)
            self._child = self._launcher.start(exercise.allowed, exercise.limits.memory_mb, calls)
        if exercise.id in self._loaded:
            return b""
        own = {"key": exercise.id, "name": found.name, "pieces": list(found.pieces)}
        content = {**own, "driver": exercise.driver, "largest": attempt.caps.body}
        return wire.encode(("load", content))

    def _load(self, attempt: Attempt, request: bytes) -> None:
        """Send a request that begins with the one to load, and see how that went."""
        exercise, where = attempt.exercise, "while the cells were loaded"
        reply = self._read(attempt, self._ask(attempt, request, where))
        if "error" in reply:
            error = self._error(exercise, reply["error"])
            told = f"{error.type}: {error.message}".rstrip(": ")
            sentence = "an exception" if self._exposed else told
            raise Stopped(ERROR, f"The cells that `{exercise.name}` needs raise {sentence}")
        if reply != {"loaded": True}:
            raise Stopped(ERROR, f"`{exercise.name}` is not a function.")
        self._loaded.add(exercise.id)

    def _outcomes(self, attempt: Attempt, cases: Prepared, what: str) -> list[Outcome]:
        """Send all calls at once and read the outcomes one by one, each with its time limit."""
        exercise = attempt.exercise
        loading = self._loading(attempt)
        # Before anything is sent: cells that are loaded can read the calls which wait behind.
        self._exposed = self._exposed or cases is not visible(exercise)
        if self._child and cases.digest in self._child.known:
            request = wire.encode(("known", [exercise.id, cases.digest]))
        else:
            count = len(cases.exercise.visible)
            request = wire.encode(("calls", [exercise.id, count])) + cases.frames
        if loading:  # in one go: to wait for the other side costs more than to send
            self._load(attempt, loading + (b"" if exercise.driver else request))
            request = b""
        outcomes: list[Outcome] = []
        for number, case in enumerate(cases.exercise.visible, 1):
            where = f"in {what} {number}"
            if exercise.driver:
                request = wire.encode(("calls", [exercise.id, 1])) + frame_of(case)
            frame = self._ask(attempt, request, where)
            request = b""
            outcome = cases.recall(number, frame)
            if outcome is None:
                outcome = self._outcome(attempt, case, frame, where)
                if not outcome.error and not outcome.changed:
                    cases.keep(number, frame, outcome)
            outcomes.append(outcome)
            if outcome.error and outcome.error.stub:
                break
        return outcomes

    def _outcome(self, attempt: Attempt, case: Case, frame: Frame, where: str) -> Outcome:
        """Read what a call gave, and go on with the case if it has further messages."""
        reply = self._read(attempt, frame)
        values = [reply.get("value")]
        for message in case.then:
            if "value" not in reply:
                break
            further = wire.encode(("next", message))
            reply = self._read(attempt, self._ask(attempt, further, where))
            values.append(reply.get("value"))
        if "error" in reply:
            return Outcome(error=self._error(attempt.exercise, reply["error"]))
        if "value" not in reply:
            raise nonsense()
        changed = _changed(attempt.exercise, case, reply["after"]) if "after" in reply else ()
        return Outcome(values if case.then else values[0], changed=changed)

    def _ask(self, attempt: Attempt, request: bytes, where: str) -> Frame:
        """Send a request, if there is one, and wait for the frame of an answer."""
        assert self._child is not None
        each, start = attempt.exercise.limits.seconds, time.monotonic()
        limit = min(each, _ALL_CASES * each - attempt.seconds)
        try:
            self._child.channel.send(request, start + limit)
            return self._child.channel.receive_frame(attempt.caps, start + limit)
        except TimeoutError:
            self.end()
            together = f"{_ALL_CASES * each:.1f} s for all cases together"
            used = together if limit < each else f"{each:.1f} s"
            raise Stopped(TIMEOUT, f"Stopped after {used} {where}.") from None
        except wire.Closed:
            exposed, how = self._exposed, self.end(by_itself=True)
            told = "" if exposed else f" ({how})"  # an exit status could carry a case out
            raise Stopped(ERROR, f"Python ended {where}{told}.") from None
        except wire.WireError:
            raise nonsense() from None
        finally:
            attempt.seconds += time.monotonic() - start

    def _read(self, attempt: Attempt, frame: Frame) -> dict[str, Any]:
        """Decode an answer: a dictionary with texts for keys."""
        try:
            reply = wire.decode(*frame, attempt.caps)
        except wire.WireError:
            raise nonsense() from None
        if type(reply) is not dict or {*map(type, reply)} != {str}:
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

    def end(self, by_itself: bool = False) -> str:
        """End the process, if there is one, and say how it ended."""
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
