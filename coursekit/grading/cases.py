"""What the judge prepares of an exercise once, because it is the same for every student."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from coursekit.core.judging import Outcome, Verdict, judge, mistaken
from coursekit.core.spec import Case, Exercise, Misconception
from coursekit.grading.child import wire


@dataclass(frozen=True)
class Prepared:
    """What is the same for every student: the visible cases with their answers, and their calls."""

    source: Exercise
    exercise: Exercise
    frames: bytes
    answers: wire.Caps
    _mistakes: dict[tuple[str, int], Outcome] = field(default_factory=dict)

    def judge(self, outcomes: Iterable[Outcome]) -> Verdict:
        """Judge what the visible cases gave, as the notebook does."""
        given = iter(outcomes)
        visible = self.exercise.visible
        return judge(self.exercise, visible, lambda _: next(given), self.mistakes)

    def mistakes(self, exercise: Exercise, misconception: Misconception, case: Case) -> Outcome:
        """Return what a misconception does on a visible case; it is tried once."""
        key = misconception.name, id(case)  # the cases live as long as this
        if key not in self._mistakes:
            self._mistakes[key] = mistaken(exercise, misconception, case)
        return self._mistakes[key]


_known: dict[str, Prepared] = {}


def prepare(exercise: Exercise) -> Prepared:
    """Return what is prepared, once for each exercise."""
    known = _known.get(exercise.id)
    if known is None or known.source is not exercise:
        visible = list(exercise.visible)
        if not exercise.accept:
            visible = [replace(case, expected=exercise.expect(case)) for case in visible]
        frames = b"".join(frame_of(case) for case in visible)
        given = replace(exercise, visible=visible)
        known = Prepared(exercise, given, frames, _caps(given))
        _known[exercise.id] = known
    return known


def _caps(exercise: Exercise) -> wire.Caps:
    """Return the largest answer that is read: some times what is given and due in a case.

    An exercise that judges answers by itself computes with them: no hollow arrays for it.
    """
    known = [
        [case.args, dict(case.kwargs), case.then, case.expected if case.has_expected else 0]
        for case in exercise.visible
    ]
    largest = max((len(wire.encode(item)) for item in known), default=0)
    body = min(max(4 * largest, 1 << 20), 1 << 26)
    return wire.Caps(body=body, hollow=exercise.accept is None)


def frame_of(case: Case) -> bytes:
    """Return the frame of a call: it holds the arguments and nothing else of the case."""
    return wire.encode([case.args, dict(case.kwargs)])
