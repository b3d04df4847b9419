"""Questions with one short answer: the notebook says right or wrong, and holds no answer."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from typing import Any

from coursekit.core import display
from coursekit.errors import CourseError


@dataclass(frozen=True)
class Question:
    """One question.

    ``digest`` is the fingerprint of the right answer (see ``fingerprint``); ``right`` is said after
    the right answer, ``nudge`` after a wrong one.
    """

    name: str
    digest: str
    right: str
    nudge: str


@dataclass(frozen=True)
class Reply:
    """What is said to an answer: ``state`` is ``right``, ``wrong`` or ``open``."""

    name: str
    state: str
    comment: str

    def text(self) -> str:
        """One line for a terminal."""
        mark = {"right": "✓", "wrong": "✗", "open": "○"}[self.state]
        return f"{mark} {self.name}: {self.comment}"

    def html(self) -> str:
        """One line for a notebook."""
        colour = {
            "right": "var(--jp-success-color1, #2e7d32)",
            "wrong": "var(--jp-error-color1, #c62828)",
            "open": "inherit",
        }[self.state]
        mark, _, rest = self.text().partition(" ")
        return (
            f'<p style="max-width: 56em"><strong style="color: {colour}">{mark}</strong> '
            f"{html.escape(rest)}</p>"
        )

    def _ipython_display_(self, **_: Any) -> None:
        """Show nothing more: the reply has been shown."""


class Quiz:
    """Questions by name. Calling it with a name and an answer shows what there is to say."""

    def __init__(self, topic: str, *questions: Question) -> None:
        self.topic = topic
        self.questions = {question.name: question for question in questions}

    def __call__(self, name: str, answer: Any = None) -> Reply:
        """Judge an answer: a number, a word or True/False; ``None`` means not answered yet.

        Raises:
            CourseError: if there is no question of that name.
        """
        if name not in self.questions:
            raise CourseError(
                f"There is no question {name!r}; there are: {', '.join(self.questions)}."
            )
        question = self.questions[name]
        if answer is None:
            reply = Reply(name, "open", "not answered yet.")
        elif fingerprint(self.topic, name, answer) == question.digest:
            reply = Reply(name, "right", question.right)
        else:
            reply = Reply(name, "wrong", f"not yet. {question.nudge}")
        display.show(reply)
        return reply


def fingerprint(topic: str, name: str, answer: Any) -> str:
    """Make a short digest of an answer; equal answers written differently have the same."""
    written = f"{topic}/{name}/{_plain(answer)}"
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _plain(answer: Any) -> str:
    """Write 5, 5.0, np.int64(5) and "5" the same way, "Yes" and True, "left" and " Left "."""
    if isinstance(answer, str):
        text = " ".join(answer.strip().lower().split())
        try:
            return f"{float(text):.6g}"
        except ValueError:
            return text
    if isinstance(answer, bool) or type(answer).__name__ in ("bool", "bool_"):
        return "yes" if answer else "no"
    try:
        return f"{float(answer):.6g}"
    except (TypeError, ValueError):
        return repr(answer)
