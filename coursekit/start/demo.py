"""Lesson 00, a wrong answer to look at, without any effect on the student's record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coursekit.core import display
from coursekit.core.calling import Printed, local_call
from coursekit.core.feedback import Feedback
from coursekit.core.judging import judge
from coursekit.start.exercises import RELU


def show_check(function: Callable[..., Any]) -> Feedback:
    """Show what ``relu.check()`` says to a function. Nothing is recorded."""
    printed = Printed()
    feedback = Feedback(judge(RELU, RELU.visible, local_call(RELU, function, printed)), printed)
    display.show(feedback)
    return feedback
