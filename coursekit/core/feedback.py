"""What a student sees after a check: a table of cases and, for the first failure, why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from coursekit.core import templates
from coursekit.core.calling import Printed
from coursekit.core.describe import Picture, describe_call, describe_value, picture
from coursekit.core.judging import NOT_ATTEMPTED, PASSED, Verdict

#: A check that prints more than this many lines is told so.
_MANY_LINES = 20


@dataclass(frozen=True)
class Failure:
    """The first failed case, in words."""

    label: str
    call: str
    problem: str
    expected: str
    got: str
    picture: Picture | None
    traceback: str


@dataclass(frozen=True)
class Feedback:
    """The result of a check. It is shown when made; ``passed`` and ``status`` serve programs."""

    verdict: Verdict
    printed: Printed = field(default_factory=Printed)

    @property
    def status(self) -> str:
        """``passed``, ``failed``, ``error`` or ``not_attempted``."""
        return self.verdict.status

    @property
    def passed(self) -> bool:
        """Whether every case gave the right answer."""
        return self.verdict.status == PASSED

    @property
    def headline(self) -> str:
        """One line: what came out."""
        name = self.verdict.exercise.name
        results = self.verdict.results
        good = sum(result.passed for result in results)
        if self.status == NOT_ATTEMPTED:
            return f"{name}: not attempted yet. Write the function, then run this cell again."
        if self.passed:
            return f"{name}: all {good} cases pass."
        if good == len(results):
            return f"{name}: the values are right, but something else is not."
        return f"{name}: {good} of {len(results)} cases pass."

    @property
    def failure(self) -> Failure | None:
        """The first failed case."""
        result = self.verdict.first_failure
        if result is None:
            return None
        error = result.outcome.error
        compared = result.mismatch is not None
        return Failure(
            label=result.case.label,
            call=describe_call(self.verdict.exercise, result),
            problem=result.problem or "",
            expected=describe_value(result.expected) if compared or error else "",
            got=describe_value(result.outcome.value) if compared and not error else "",
            picture=picture(result.mismatch),
            traceback=error.traceback if error else "",
        )

    @property
    def remarks(self) -> list[str]:
        """Sentences beside the cases: restrictions, and a function that prints a lot."""
        found = []
        if self.verdict.status != NOT_ATTEMPTED and self.verdict.first_failure is None:
            found += [self.verdict.reason] if self.verdict.reason else []
        if self.printed.lines > _MANY_LINES:
            found.append(
                f"The function printed {self.printed.lines} lines during the check; they are not "
                "shown. Remove the print from the loop: it slows the function down."
            )
        return found

    def text(self) -> str:
        """Plain text for a terminal."""
        lines = [self.headline]
        for result in self.verdict.results:
            lines.append(f"  {'ok  ' if result.passed else 'FAIL'} {result.case.label}")
        failure = self.failure
        if failure:
            lines += ["", f"First failure: {failure.label}", f"  {failure.call}"]
            lines.append(f"  {failure.problem}")
            lines += [f"    {line}" for line in failure.traceback.splitlines()]
            if failure.picture:
                lines += _picture_lines(failure.picture)
            else:
                lines += [f"  expected: {failure.expected}"] if failure.expected else []
                lines += [f"  got:      {failure.got}"] if failure.got else []
        if self.verdict.misconception:
            lines += ["", f"Why: {self.verdict.misconception.explanation}"]
        lines += [f"Note: {remark}" for remark in self.remarks]
        if self.printed.start and not self.printed.lines > _MANY_LINES:
            lines += ["Printed by your function:", self.printed.start.rstrip()]
        return "\n".join(lines)

    def html(self) -> str:
        """A fragment of HTML for a notebook."""
        return templates.render(
            "feedback.html",
            headline=self.headline,
            status=self.status,
            results=self.verdict.results,
            failure=self.failure,
            why=self.verdict.misconception and self.verdict.misconception.explanation,
            remarks=self.remarks,
            printed="" if self.printed.lines > _MANY_LINES else self.printed.start.rstrip(),
        )

    def __repr__(self) -> str:
        return f"<{self.verdict.exercise.id}: {self.status}>"

    def _ipython_display_(self, **_: Any) -> None:
        """Show nothing more: the check has shown itself."""


def _picture_lines(shown: Picture) -> list[str]:
    """Expected and returned side by side; differing cells of the right table carry a star."""
    width = max(len(cell) for row in [*shown.expected, *shown.got] for cell in row) + 1
    left_width = len(shown.expected[0]) * (width + 1)
    lines = [f"  {'expected' + shown.slice:<{left_width}}    got (* differs)"]
    for want, have, wrong in zip(shown.expected, shown.got, shown.wrong, strict=True):
        left = "".join(f"{cell:>{width}} " for cell in want)
        pairs = zip(have, wrong, strict=True)
        right = "".join(f"{cell:>{width}}{'*' if bad else ' '}" for cell, bad in pairs)
        lines.append(f"  {left}    {right}".rstrip())
    return lines
