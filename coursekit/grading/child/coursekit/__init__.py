"""What ``import coursekit as ck`` finds in a student's process while it is graded.

Only the student's part is here: the decorator. References, exercises and grading are not.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

__all__ = ["doctor", "exercise", "progress"]


def is_stub_error(error: BaseException, function: Callable[..., Any]) -> bool:
    """Whether the function itself says that it is not written yet."""
    if not isinstance(error, NotImplementedError):
        return False
    last = list(traceback.walk_tb(error.__traceback__))[-1][0]
    return last.f_code is getattr(function, "__code__", None)


class StudentFunction:
    """A student's function, as the notebook's ``check()`` sees it."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.__name__ = name
        self.__doc__ = function.__doc__
        self.student_function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function; one that is not written yet says so."""
        try:
            return self.student_function(*args, **kwargs)
        except NotImplementedError as error:
            if not is_stub_error(error, self.student_function):
                raise
        raise RuntimeError(f"`{self.__name__}` is used here but is not written yet.")

    def check(self) -> None:
        """Do nothing: this is graded already."""

    def hint(self) -> None:
        """Do nothing: this is graded already."""


def exercise(exercise_id: str) -> Callable[[Callable[..., Any]], StudentFunction]:
    """Mark a function as the answer to an exercise."""

    def decorate(function: Callable[..., Any]) -> StudentFunction:
        plain = getattr(function, "student_function", function)
        return StudentFunction(exercise_id.partition(".")[2], plain)

    return decorate


def progress() -> None:
    """Do nothing: this is graded already."""


def doctor() -> None:
    """Do nothing: this is graded already."""
