"""``coursekit grade``: grade what was handed in."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

_OUT = Path("grades")


def register(app: typer.Typer) -> None:
    """Add the verb ``grade``."""
    app.command()(grade)


def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder with a folder for each student.")],
    out: Annotated[Path, typer.Option(help="Where results.json and grades.csv go.")] = _OUT,
) -> None:
    """Grade submissions: every exercise of every student, judged outside the student's process."""
    from rich.console import Console
    from rich.progress import Progress

    from coursekit.grading import records, run
    from coursekit.grading.process import PlainLauncher
    from coursekit.grading.submissions import collect

    found, problems = collect(submissions)
    out.mkdir(parents=True, exist_ok=True)
    launcher = PlainLauncher()
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Grading", total=len(found))
        graded, more = run.grade_all(
            found, launcher, secrets.token_bytes(32), lambda _: progress.advance(task)
        )
    records.write(out, graded, [*problems, *more])
    typer.echo(f"{len(found)} submissions graded: {out / 'results.json'}, {out / 'grades.csv'}")
    for problem in [*problems, *more]:
        typer.echo(f"{problem.path}: {problem.reason}", err=True)
