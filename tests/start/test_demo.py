"""Lesson 00's wrong answer and question."""

from __future__ import annotations

import numpy as np

from coursekit.start import relu
from coursekit.start.demo import show_check
from coursekit.start.quiz import CHECK_YOURSELF


def test_a_wrong_answer_gets_its_explanation_and_is_not_recorded(state_folder, capsys):
    feedback = show_check(lambda x: np.abs(x))
    assert feedback.status == "failed"
    assert "You take the absolute value" in capsys.readouterr().out
    assert state_folder() == {}


def test_a_right_answer_is_not_recorded_either(state_folder):
    assert show_check(lambda x: relu(x)).passed
    assert state_folder() == {}


def test_the_question_is_one_step_of_gradient_descent():
    assert CHECK_YOURSELF("step", 3 - 0.5 * 4).state == "right"
