"""``coursekit check``: is everything in a notebook right?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.errors import CourseError

if TYPE_CHECKING:
    from coursekit.grading.records import Record

_PASSED = "passed"
_UNTOUCHED = "not_attempted"
_SUMMED = {"error": "with an error", "timeout": "too slow", "memory": "too large"}
_COLOURS = {_PASSED: "green", _UNTOUCHED: "dim", "missing": "yellow"}


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command("check")(check)


def check(
    notebook: Annotated[Path, typer.Argument(help="The notebook with your answers.")],
) -> None:
    """Try every exercise of a notebook on its visible cases and say what is wrong.

    The notebook is read as it is saved; nothing in it changes. Exit status 0: every exercise of
    the lesson passes. Exit status 1: something is wrong, missing or not attempted yet.
    """
    from rich.console import Console

    from coursekit.grading.notebooks import grade_notebook
    from coursekit.solving import find_notebook

    path = find_notebook(notebook)
    records = grade_notebook(path)
    console = Console(highlight=False)
    console.print(_table(records))
    for record in records:
        if record.status not in (_PASSED, _UNTOUCHED):
            console.print(f"\n[bold]{_name(record)}[/bold]: {_words(record.status)}")
            console.print(f"  {record.reason}", markup=False, soft_wrap=True)
            if record.explanation:
                console.print(f"  Why: {record.explanation}", markup=False, soft_wrap=True)
    for sentence in _unknown(path):
        console.print(f"\nNote: {sentence}", markup=False, soft_wrap=True)
    console.print(f"\n{_sum(records)}", soft_wrap=True)
    if any(record.status != _PASSED for record in records):
        raise typer.Exit(1)


def _table(records: list[Record]) -> object:
    from rich.table import Table

    table = Table("exercise", "result", "mistake", box=None, pad_edge=False)
    for record in records:
        colour = _COLOURS.get(record.status, "red")
        table.add_row(
            record.exercise, f"[{colour}]{_words(record.status)}[/]", record.misconception
        )
    return table


def _name(record: Record) -> str:
    return record.exercise.partition(".")[2]


def _words(status: str) -> str:
    return status.replace("_", " ")


def _sum(records: list[Record]) -> str:
    """Say in one line how many exercises pass and what became of the others."""
    counts = Counter(record.status for record in records)
    passed = counts.pop(_PASSED, 0)
    if not counts:
        return f"All {passed} exercises pass." if passed > 1 else "The exercise passes."
    rest = ", ".join(f"{count} {_SUMMED.get(s, _words(s))}" for s, count in counts.items())
    return f"{passed} of {len(records)} exercises pass; {rest}."


def _unknown(notebook: Path) -> list[str]:
    """Say which exercise ids in a notebook do not exist."""
    from coursekit.core import registry
    from coursekit.grading.notebooks import read

    sentences = []
    for exercise_id in sorted(read(notebook).ids):
        try:
            registry.get(exercise_id)
        except CourseError as error:
            sentences.append(str(error))
    return sentences
