"""What the judge prepares of an exercise once, because it is the same for every student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from coursekit.core.judging import Outcome, mistaken
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
        known = Prepared(exercise, replace(exercise, visible=visible), frames, _caps(visible))
        _known[exercise.id] = known
    return known


def _caps(cases: Sequence[Case]) -> wire.Caps:
    """Return the largest answer that is read: some times what is given and due in a case."""
    known = [[c.args, dict(c.kwargs), c.then, c.expected if c.has_expected else 0] for c in cases]
    largest = max((len(wire.encode(item)) for item in known), default=0)
    return wire.Caps(body=min(max(4 * largest, 1 << 20), 1 << 26))


def frame_of(case: Case) -> bytes:
    """Return the frame of a call: it holds the arguments and nothing else of the case."""
    return wire.encode([case.args, dict(case.kwargs)])
