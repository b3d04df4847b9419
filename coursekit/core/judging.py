"""From calls to a verdict. The notebook's ``check()`` and the grader run this same code.

Whoever makes the calls (in this process or in a sealed one) hands over plain outcomes; what is
right is decided here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.core.comparison import Mismatch, compare
from coursekit.core.spec import Accept, Case, Code, Exercise, Misconception, is_tensor

PASSED = "passed"
FAILED = "failed"
ERROR = "error"
NOT_ATTEMPTED = "not_attempted"


@dataclass(frozen=True)
class CallError:
    """An exception that the student's function raised.

    ``traceback`` is trimmed to the student's own lines. ``stub`` is set when the function itself
    raised ``NotImplementedError``: it is not written yet.
    """

    type: str
    message: str
    traceback: str = ""
    stub: bool = False


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a value or an error, and the names of arguments changed in place."""

    value: Any = None
    error: CallError | None = None
    changed: tuple[str, ...] = ()


Call = Callable[[Case], Outcome]
#: What a misconception does on a case.
Mistaken = Callable[[Exercise, Misconception, Case], Outcome]

#: Errors by which arrays that do not fit together make themselves known.
_SHAPE_ERRORS = ("ValueError", "IndexError", "RuntimeError")


@dataclass(frozen=True)
class CaseResult:
    """One row of a verdict: a case, what came of it, and what is wrong (``None``: nothing)."""

    case: Case
    outcome: Outcome
    expected: Any
    problem: str | None = None
    mismatch: Mismatch | None = None

    @property
    def passed(self) -> bool:
        """Whether the case gave the right answer."""
        return self.problem is None


@dataclass(frozen=True)
class Verdict:
    """The judgement of one exercise over a list of cases."""

    exercise: Exercise
    status: str
    results: tuple[CaseResult, ...] = ()
    reason: str = ""
    misconception: Misconception | None = None

    @property
    def first_failure(self) -> CaseResult | None:
        """The first case that did not pass."""
        return next((result for result in self.results if not result.passed), None)


def mistaken(exercise: Exercise, misconception: Misconception, case: Case) -> Outcome:
    """Return what a misconception does on a case."""
    args, kwargs = case.fresh()
    try:
        value = exercise.run(misconception.function, case, args, kwargs)
    except Exception as error:
        return Outcome(error=CallError(type(error).__name__, ""))
    return Outcome(value, changed=changed_arguments(exercise, case, args, kwargs))


def judge(
    exercise: Exercise, cases: Sequence[Case], call: Call, mistakes: Mistaken = mistaken
) -> Verdict:
    """Call the student's function on every case and decide.

    Args:
        exercise: what is asked.
        cases: the cases to try, in this order.
        call: makes one call and reports the outcome.
        mistakes: tells what misconceptions do; one that knows it already saves their calls.
    """
    results: list[CaseResult] = []
    for case in cases:
        outcome = call(case)
        if outcome.error and outcome.error.stub:
            return Verdict(exercise, NOT_ATTEMPTED, reason=f"`{exercise.name}` is not written yet.")
        results.append(judge_case(exercise, case, outcome))
    return conclude(exercise, results, mistakes)


def changed_arguments(
    exercise: Exercise, case: Case, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[str, ...]:
    """Name the parameters whose values after a call are not those of the case.

    What a driver hands to the student's function is its own affair.
    """
    if exercise.driver:
        return ()
    names = [*list(exercise.signature.parameters)[: len(case.args)], *case.kwargs]
    before = [*case.args, *case.kwargs.values()]
    after = [*args, *(kwargs[key] for key in case.kwargs)]
    triples = zip(names, before, after, strict=True)
    return tuple(name for name, old, new in triples if not _identical(old, new))


def _identical(old: Any, new: Any) -> bool:
    if isinstance(old, Code):
        return True  # text in the case, a function in the call
    if type(old) is not type(new):
        return False
    if isinstance(old, np.ndarray):
        same = old.shape == new.shape and old.dtype == new.dtype
        return same and bool(np.array_equal(old, new, equal_nan=old.dtype.kind in "fc"))
    if is_tensor(old):
        return old.dtype == new.dtype and old.shape == new.shape and bool((old == new).all())
    if isinstance(old, (list, tuple)):
        return len(old) == len(new) and all(map(_identical, old, new))
    if isinstance(old, dict):
        return list(old) == list(new) and all(_identical(old[key], new[key]) for key in old)
    return bool(old == new)


def judge_case(exercise: Exercise, case: Case, outcome: Outcome) -> CaseResult:
    """Decide about one call."""
    expected = None if exercise.accept else exercise.expect(case)
    if outcome.error:
        problem = f"{outcome.error.type}: {outcome.error.message}".rstrip(": ")
        return CaseResult(case, outcome, expected, problem)
    if exercise.accept:
        return CaseResult(case, outcome, expected, _accepted(exercise.accept, case, outcome.value))
    mismatch = compare(expected, outcome.value, exercise.terms(case))
    if outcome.changed:
        names = " and ".join(f"`{name}`" for name in outcome.changed)
        problem = f"The call changed its argument {names} in place: work on a copy."
        return CaseResult(case, outcome, expected, problem, mismatch)
    problem_found = mismatch.sentence if mismatch else None
    return CaseResult(case, outcome, expected, problem_found, mismatch)


def _accepted(accept: Accept, case: Case, value: Any) -> str | None:
    """Ask an exercise about a value that may be anything."""
    try:
        return accept(case, value)
    except Exception as error:
        return f"The result is not what is asked for ({type(error).__name__} when it is used)."


def conclude(
    exercise: Exercise, results: Sequence[CaseResult], mistakes: Mistaken = mistaken
) -> Verdict:
    """Sum up the cases: status, reason, and the misconception that explains the failures."""
    failures = [result for result in results if not result.passed]
    if not failures:
        return Verdict(exercise, PASSED, tuple(results))
    first = failures[0]
    status = ERROR if first.outcome.error else FAILED
    found = recognise(exercise, results, mistakes)
    return Verdict(exercise, status, tuple(results), first.problem or "", found)


def recognise(
    exercise: Exercise, results: Sequence[CaseResult], mistakes: Mistaken = mistaken
) -> Misconception | None:
    """Find the misconception that does on every case what the student's function did.

    A false explanation is worse than none: one case that the misconception does not explain rules
    it out, and errors alone explain nothing.
    """
    failures = [result for result in results if not result.passed]
    if all(result.outcome.error for result in failures):
        return None
    # Failed cases first: most candidates are ruled out by the first of them.
    ordered = [*failures, *(result for result in results if result.passed)]
    for candidate in exercise.misconceptions:
        told = (mistakes(exercise, candidate, result.case) for result in ordered)
        if all(map(functools.partial(_agrees, exercise), told, ordered)):
            return candidate
    return None


def _agrees(exercise: Exercise, mistake: Outcome, result: CaseResult) -> bool:
    """Whether a misconception does on a case what the student's function did."""
    student = result.outcome
    if mistake.error or student.error:
        shapes = student.error is not None and student.error.type in _SHAPE_ERRORS
        return mistake.error is not None and shapes
    if mistake.changed != student.changed:
        return False
    return compare(mistake.value, student.value, exercise.terms(result.case)) is None
