"""What the judge prepares of cases once, because it is the same for every student who gets them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from coursekit.core import registry
from coursekit.core.judging import Outcome, Verdict, judge, mistaken
from coursekit.core.spec import Case, Exercise, Misconception
from coursekit.grading.child import wire

#: Most bytes of calls that are told in one message.
_MESSAGE = 100_000

#: An answer as it comes: header and body.
Frame = tuple[bytes, bytearray]

#: So many answers of at most so many bytes are kept for the cases of an exercise: students' code
#: decides what they are, and there are some draws of cases for each exercise.
_MOST, _LONGEST = 300, 1 << 11


_Made = TypeVar("_Made")


def once(make: Callable[[Exercise], _Made]) -> Callable[[Exercise], _Made]:
    """Keep what a function makes of an exercise, until another one comes with the same id.

    An exercise holds arrays: it cannot be a key of ``functools.cache``.
    """
    known: dict[str, tuple[Exercise, _Made]] = {}

    @functools.wraps(make)
    def made(exercise: Exercise) -> _Made:
        kept = known.get(exercise.id)
        if kept is None or kept[0] is not exercise:
            kept = known[exercise.id] = exercise, make(exercise)
        return kept[1]

    return made


@dataclass(frozen=True)
class Prepared:
    """Cases that several students get, with their answers, and their calls.

    They stand in ``exercise.visible``, whether students see them or not. Many students give the
    same answer to a case, to the last bit: what was read from the bytes of an answer once, and
    judged once, is known when the same bytes come again.
    """

    exercise: Exercise
    frames: bytes
    _mistakes: dict[tuple[str, int], Outcome] = field(default_factory=dict)
    _answers: dict[tuple[int, bytes, bytes], Outcome] = field(default_factory=dict)
    _kept: set[int] = field(default_factory=set)
    _verdicts: dict[tuple[int, ...], Verdict] = field(default_factory=dict)

    @functools.cached_property
    def digest(self) -> str:
        """A name for all calls together."""
        return hashlib.sha256(self.frames).hexdigest()

    @functools.cached_property
    def caps(self) -> wire.Caps:
        """The largest answer that is read: some times what is given and due in a case.

        An exercise that judges answers by itself computes with them: no hollow arrays for it.
        """
        known = [
            [case.args, dict(case.kwargs), case.then, case.expected if case.has_expected else 0]
            for case in self.exercise.visible
        ]
        largest = max((len(wire.encode(item)) for item in known), default=0)
        body = min(max(4 * largest, 1 << 20), 1 << 26)
        return wire.Caps(body=body, hollow=self.exercise.accept is None)

    def recall(self, number: int, frame: Frame) -> Outcome | None:
        """Return what these bytes were for this case before, if they are known."""
        return self._answers.get((number, frame[0], bytes(frame[1])))

    def keep(self, number: int, frame: Frame, outcome: Outcome) -> None:
        """Remember what the bytes of an answer were, unless the exercise looks at it by itself."""
        header, body = frame
        if self.exercise.driver or self.exercise.accept or len(header) + len(body) > _LONGEST:
            return
        if len(self._answers) == _MOST:
            self._forget()
        self._answers[number, header, bytes(body)] = outcome
        self._kept.add(id(outcome))  # nobody else's as long as it is kept

    def judge(self, outcomes: Sequence[Outcome]) -> Verdict:
        """Judge what the cases gave, as the notebook does."""
        key = tuple(map(id, outcomes))
        if key in self._verdicts:
            return self._verdicts[key]
        given = iter(outcomes)
        cases = self.exercise.visible
        verdict = judge(self.exercise, cases, lambda _: next(given), self.mistakes)
        if self._kept.issuperset(key):
            if len(self._verdicts) == _MOST:
                self._forget()
            else:
                self._verdicts[key] = verdict
        return verdict

    def _forget(self) -> None:
        for memory in (self._answers, self._kept, self._verdicts):
            memory.clear()

    def mistakes(self, exercise: Exercise, misconception: Misconception, case: Case) -> Outcome:
        """Return what a misconception does on a case; it is tried once."""
        key = misconception.name, id(case)  # the cases live as long as this
        if key not in self._mistakes:
            self._mistakes[key] = mistaken(exercise, misconception, case)
        return self._mistakes[key]


def prepare(exercise: Exercise, cases: Sequence[Case]) -> Prepared:
    """Find the answers of some cases of an exercise and write down their calls."""
    if not exercise.accept:
        cases = [replace(case, expected=exercise.expect(case)) for case in cases]
    frames = b"".join(frame_of(case) for case in cases)
    return Prepared(replace(exercise, visible=cases), frames)


@once
def visible(exercise: Exercise) -> Prepared:
    """Return the visible cases, prepared once for each exercise."""
    return prepare(exercise, exercise.visible)


@once
def visible_calls(exercise: Exercise) -> dict[str, bytes]:
    """Return the calls of the visible cases, by digest, of all exercises that can share a process.

    They are those of its lesson with the same packages and memory limit, as long as all of them
    fit into one message.
    """
    room = exercise.room
    beside = registry.lesson(room).exercises if room in registry.rooms() else ()
    kind = exercise.allowed, exercise.limits.memory_mb
    others = [e for e in beside if e.id != exercise.id]
    alike = [e for e in others if (e.allowed, e.limits.memory_mb) == kind]
    # A driver gets its calls one by one, and is made anew for each.
    every = [visible(e) for e in (*alike, exercise) if not e.driver]
    calls = {each.digest: each.frames for each in every}
    return calls if sum(map(len, calls.values())) <= _MESSAGE else {}


def frame_of(case: Case) -> bytes:
    """Return the frame of a call: it holds the arguments and nothing else of the case."""
    return wire.encode([case.args, dict(case.kwargs)])
