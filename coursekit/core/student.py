"""The student's side of an exercise: ``@ck.exercise(id)``, ``check()`` and ``hint()``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from coursekit.core import display, progress, registry
from coursekit.core.calling import Printed, is_stub_error, local_call
from coursekit.core.feedback import Feedback
from coursekit.core.judging import FAILED, NOT_ATTEMPTED, PASSED, Verdict, judge
from coursekit.core.restrictions import forbidden_package, restriction_sentence
from coursekit.core.spec import Exercise
from coursekit.errors import CourseError

#: Set while a check runs: then an exercise that is not written yet raises instead of falling back.
_checking: ContextVar[bool] = ContextVar("checking", default=False)

#: The notebook cell in which each exercise was last written (front ends that tell the cell's id).
_cells: dict[str, str] = {}


class StudentFunction:
    """A student's function with ``check()`` and ``hint()``; calling it calls the function.

    While the function is not written yet, and after a check that it did not pass, calls use the
    course's reference and say so once, so that the rest of a notebook can run; ``mine`` always
    calls the student's.
    """

    def __init__(self, exercise: Exercise, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.exercise_id = exercise.id
        self.student_function = function
        self._exercise = exercise
        self._hints_given = 0
        self._said_fallback = False
        self._failed = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function; the course's while it is not written or fails its check."""
        if self._failed and not _checking.get():
            return self._fall_back("does not pass its check yet", args, kwargs)
        try:
            return self.student_function(*args, **kwargs)
        except NotImplementedError as error:
            if not is_stub_error(error, self.student_function):
                raise
        if _checking.get():
            raise RuntimeError(f"`{self._exercise.name}` is used here but is not written yet.")
        return self._fall_back("is not written yet", args, kwargs)

    def mine(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function, whatever its check says."""
        return self.student_function(*args, **kwargs)

    def _fall_back(self, why: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        name = self._exercise.name
        if not self._said_fallback:
            self._said_fallback = True
            yours = f" {name}.mine(...) calls yours." if self._failed else ""
            print(f"{name} {why}: using the course's version.{yours}")
        return self._exercise.reference(*args, **kwargs)

    def check(self) -> Feedback:
        """Try the function on the visible cases and show what is right, what is wrong and why."""
        printed = Printed()
        token = _checking.set(True)
        try:
            verdict = self._verdict(printed)
        finally:
            _checking.reset(token)
        self._failed = verdict.status not in (PASSED, NOT_ATTEMPTED)
        progress.record(self.exercise_id, verdict.status)
        feedback = Feedback(verdict, printed)
        display.show(feedback)
        return feedback

    def _verdict(self, printed: Printed) -> Verdict:
        exercise = self._exercise
        call = local_call(exercise, self.student_function, printed)
        verdict = judge(exercise, exercise.visible, call)
        if verdict.status == NOT_ATTEMPTED:
            return verdict
        package = forbidden_package(exercise, self.student_function)
        if package:
            reason = restriction_sentence(exercise, package)
            return Verdict(exercise, FAILED, verdict.results, reason)
        return verdict

    def hint(self) -> None:
        """Show the next hint: first a nudge, then a stronger one. No hint is a solution."""
        hints = self._exercise.hints
        number = min(self._hints_given, len(hints) - 1)
        self._hints_given += 1
        display.show(display.Note(f"Hint {number + 1} of {len(hints)}", hints[number]))

    def __repr__(self) -> str:
        return f"<exercise {self.exercise_id}>"


def exercise(exercise_id: str) -> Callable[[Callable[..., Any]], StudentFunction]:
    """Mark a function as the answer to an exercise.

    Args:
        exercise_id: ``room.function_name``, for example ``"convolution.conv2d"``.

    Raises:
        CourseError: if the id is unknown, or if what is decorated is not a function.
    """
    found = registry.get(exercise_id)

    def decorate(function: Callable[..., Any]) -> StudentFunction:
        function = getattr(function, "student_function", function)
        if not inspect.isfunction(function):
            raise CourseError(
                f'@ck.exercise("{exercise_id}") goes above a function: def {found.name}(...)'
            )
        _warn_of_second_definition(exercise_id)
        return StudentFunction(found, function)

    return decorate


def _warn_of_second_definition(exercise_id: str) -> None:
    cell = display.current_cell()
    if cell is None:
        return
    before = _cells.setdefault(exercise_id, cell)
    _cells[exercise_id] = cell
    if before != cell:
        name = exercise_id.partition(".")[2]
        print(f"{name} is written in two cells; the one that ran last counts.")
