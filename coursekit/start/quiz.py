"""Lesson 00, the question that shows how questions work."""

from __future__ import annotations

from coursekit.core.quiz import Question, Quiz

CHECK_YOURSELF = Quiz(
    "start.check_yourself",
    Question(
        "step",
        "1b81bce591a117b8",
        "3 − 0.5 · 4: against the gradient; 0.5 times the gradient 4 is a step of 2.",
        "Put the numbers into the formula of step 4; mind the minus.",
    ),
)
