"""What the judge prepares of an exercise once, because it is the same for every student."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coursekit.core.spec import Case, Exercise
from coursekit.grading.child import wire


@dataclass(frozen=True)
class Prepared:
    """What is the same for every student: the visible cases with their answers, and their calls."""

    source: Exercise
    exercise: Exercise
    frames: bytes


_known: dict[str, Prepared] = {}


def prepare(exercise: Exercise) -> Prepared:
    """Return what is prepared, once for each exercise."""
    known = _known.get(exercise.id)
    if known is None or known.source is not exercise:
        visible = list(exercise.visible)
        if not exercise.accept:
            visible = [replace(case, expected=exercise.expect(case)) for case in visible]
        frames = b"".join(frame_of(case) for case in visible)
        known = Prepared(exercise, replace(exercise, visible=visible), frames)
        _known[exercise.id] = known
    return known


def frame_of(case: Case) -> bytes:
    """Return the frame of a call: it holds the arguments and nothing else of the case."""
    return wire.encode([case.args, dict(case.kwargs)])
