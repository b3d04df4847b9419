"""What the judge keeps of cases: the same bytes are the same answer, nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import toy

from coursekit.core.judging import CallError, Outcome
from coursekit.core.spec import Code
from coursekit.grading import cases
from coursekit.grading.cases import prepare, visible, visible_calls

RIGHT = [Outcome(toy.scale(*case.args)) for case in toy.SCALE.visible]
WRONG = [Outcome(value=outcome.value + 1) for outcome in RIGHT]
STUB = Outcome(error=CallError("NotImplementedError", "", stub=True))


def prepared(**changes):
    """What is prepared of an exercise that nobody has answered yet."""
    exercise = replace(toy.SCALE, **changes)
    return prepare(exercise, exercise.visible)


def frame(text: bytes = b"{}", body: bytes = b"") -> tuple[bytes, bytearray]:
    return text, bytearray(body)


def test_the_same_bytes_for_the_same_case_are_the_same_answer() -> None:
    known = prepared()
    known.keep(1, frame(body=b"12345678"), RIGHT[0])
    assert known.recall(1, frame(body=b"12345678")) is RIGHT[0]
    assert known.recall(2, frame(body=b"12345678")) is None
    assert known.recall(1, frame(body=b"12345679")) is None
    assert known.recall(1, frame(b"{}12345678")) is None


def test_what_an_exercise_judges_by_itself_is_not_kept() -> None:
    for change in ({"accept": toy.accurate}, {"driver": Code("drive", "def drive(f): yield f()")}):
        known = replace(prepared(), exercise=replace(toy.SCALE, **change))
        known.keep(1, frame(), RIGHT[0])
        assert known.recall(1, frame()) is None


def test_long_answers_are_not_kept_and_many_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(cases, "_MOST", 3)
    known = prepared()
    known.keep(1, frame(body=bytes(cases._LONGEST)), RIGHT[0])
    assert known.recall(1, frame(body=bytes(cases._LONGEST))) is None
    for number in range(1, 5):
        known.keep(number, frame(), RIGHT[0])
    assert [known.recall(number, frame()) is not None for number in range(1, 5)] == [False] * 3 + [
        True
    ]


def test_a_verdict_is_made_once_for_answers_that_are_kept() -> None:
    known = prepared()
    for number, outcome in enumerate(RIGHT, 1):
        known.keep(number, frame(), outcome)
    assert known.judge(RIGHT).status == "passed"
    assert known.judge(RIGHT) is known.judge(list(RIGHT))
    assert known.judge([RIGHT[0], WRONG[1]]).status == "failed"


def test_the_verdict_of_an_answer_that_is_gone_is_nobody_elses() -> None:
    """A new object may get the number of one that is gone."""
    known = prepared(visible=toy.SCALE.visible[:1])
    for _ in range(200):
        assert known.judge([replace(STUB)]).status == "not_attempted"
        assert known.judge([replace(WRONG[0])]).status == "failed"
        assert known.judge([replace(RIGHT[0])]).status == "passed"


def test_calls_of_exercises_that_share_a_process_are_told_together() -> None:
    import coursekit.convolution.exercises as convolution

    first, *others = convolution.LESSON.exercises
    calls = visible_calls(first)
    assert calls == visible_calls(others[0])
    assert set(calls) == {visible(e).digest for e in convolution.LESSON.exercises}


def test_calls_that_are_too_many_for_a_message_are_not_told() -> None:
    big = replace(toy.SCALE.visible[0], args=(np.zeros(20_000),))
    assert visible_calls(replace(toy.SCALE, visible=(big,))) == {}
    assert len(visible_calls(toy.SCALE)) == 1
