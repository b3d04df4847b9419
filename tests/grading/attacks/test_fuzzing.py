"""The decoder and the judge under frames that nobody should send."""

from __future__ import annotations

from collections import Counter

from attacks import fuzzing


def test_hostile_trees_are_refused_or_judged_and_nothing_else() -> None:
    with fuzzing.little_memory():
        counts = Counter(fuzzing.judged(*frame) for frame in fuzzing.frames(10_000, seed=1))
    # Both ways are well trodden: the fuzzer is no good if nearly everything is refused.
    assert counts["refused"] > 1_000
    assert counts["judged"] > 1_000
    assert counts["ungraded"] > 100
    assert set(counts) <= {"refused", "judged", "ungraded", "memory"}


def test_damaged_frames_are_refused_or_judged_and_nothing_else() -> None:
    with fuzzing.little_memory():
        counts = Counter(map(fuzzing.decoded, fuzzing.damaged(10_000, seed=2)))
    assert counts["refused"] > 1_000
    assert counts["judged"] + counts["ungraded"] > 100
