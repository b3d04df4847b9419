"""Questions with one short answer: what counts as the same answer, and what is said."""

from __future__ import annotations

import numpy as np
import pytest

from coursekit.core.quiz import Question, Quiz, fingerprint
from coursekit.errors import CourseError

QUIZ = Quiz(
    "test",
    Question("number", fingerprint("test", "number", 2.73), "That is it.", "Add them up."),
    Question("word", fingerprint("test", "word", "left"), "That is it.", "Try it."),
    Question("truth", fingerprint("test", "truth", True), "That is it.", "Think again."),
)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("number", 2.73),
        ("number", 2.7300000000000004),
        ("number", np.float64(2.73)),
        ("number", np.array(2.73)),
        ("number", "2.73"),
        ("word", "left"),
        ("word", " Left "),
        ("truth", True),
        ("truth", np.True_),
        ("truth", "yes"),
    ],
)
def test_equal_answers_are_right_however_they_are_written(name, answer, capsys):
    assert QUIZ(name, answer).state == "right"
    assert capsys.readouterr().out == f"✓ {name}: That is it.\n"


@pytest.mark.parametrize("answer", [0, 2.72, "", "right", [2.73, 1], {}, object(), float("nan")])
def test_another_answer_is_wrong_and_gets_the_nudge(answer, capsys):
    assert QUIZ("number", answer).state == "wrong"
    assert capsys.readouterr().out == "✗ number: not yet. Add them up.\n"


def test_no_answer_is_neither_right_nor_wrong(capsys):
    assert QUIZ("number", None).state == "open"
    assert QUIZ("number").state == "open"
    assert capsys.readouterr().out == "○ number: not answered yet.\n" * 2


def test_an_unknown_question_is_named_with_those_there_are():
    with pytest.raises(CourseError, match="no question 'nmber'; there are: number, word, truth"):
        QUIZ("nmber", 1)


def test_the_right_answer_of_one_question_is_no_answer_to_another():
    assert fingerprint("test", "a", 4) != fingerprint("test", "b", 4)
    assert fingerprint("test", "a", 4) != fingerprint("other", "a", 4)


def test_html_is_escaped():
    quiz = Quiz("test", Question("a < b", "", "", "1 < 2"))
    assert "a &lt; b: not yet. 1 &lt; 2" in quiz("a < b", 3).html()
