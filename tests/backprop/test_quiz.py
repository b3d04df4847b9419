"""The questions of lesson 02: the right answers, computed here, are the ones that are accepted."""

import numpy as np
import pytest

from coursekit import backprop as bp
from coursekit.backprop import lecture
from coursekit.backprop.quiz import AUDIT, CHECK_YOURSELF


def splits_with_an_easier_test_part():
    rng = np.random.default_rng(0)
    count = 0
    for _ in range(1000):
        a, b = rng.normal(size=(2, 20))
        noise = rng.normal(size=(2, 20))
        line = np.polyfit(a, 2 * a + noise[0], 1)
        errors = [np.polyval(line, v) - 2 * v - e for v, e in zip((a, b), noise, strict=True)]
        count += int(np.mean(errors[1] ** 2) < np.mean(errors[0] ** 2))
    return count


def updates_until_the_gradient_is_small():
    x, count = 1.0, 0
    while 0.01 * x >= 0.001:
        x, count = x - 0.01 * x, count + 1
    return count


def gradient_with_stride():
    x = np.arange(25.0).reshape(1, 1, 5, 5)
    dy, weight = np.ones((1, 1, 2, 2)), np.zeros((1, 1, 2, 2))
    return bp.conv2d_backward(dy, x, weight, 2)[1][0, 0, 0, 0]


ANSWERS = {
    "sign of delta_j": -1,
    "max at a tie": 0,
    "stride in the gradient": gradient_with_stride(),
    "cross-entropy": round(bp.softmax_cross_entropy(lecture.SCORES_002, lecture.LABEL_002)[0], 3),
    "lost minus": bp.sgd_momentum_step(1.0, 2.0, 0.0, 0.1, 0.0, 0.0)[0],
    "always higher": splits_with_an_easier_test_part(),
    "what L1 prefers": bp.l1_penalty(lecture.W_SPREAD) - bp.l1_penalty(lecture.W_SPARSE),
    "Xavier, He, Kaiming": 2,
    "two ways to stop": updates_until_the_gradient_is_small(),
    "flattening": 2 * 3 * 1 + 3 * 1 + 2,
    "amplified": 0.5**4,
}
OWN = {"a": 2 + 3, "b": 7, "c": -0.5, "d": 9, "e": 1 / 8, "f": 1 / (1 - 0.2)}


@pytest.mark.parametrize(
    ("quiz", "answers"), [(AUDIT, ANSWERS), (CHECK_YOURSELF, OWN)], ids=["audit", "check"]
)
def test_right_answers_are_accepted_and_others_are_not(quiz, answers):
    assert set(answers) == set(quiz.questions)
    for name, answer in answers.items():
        assert quiz(name, answer).state == "right", name
        assert quiz(name, answer + 0.01).state == "wrong", name
        assert quiz(name).state == "open", name
