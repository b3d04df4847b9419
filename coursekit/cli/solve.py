"""``coursekit solve``: a copy of a notebook with every exercise solved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from coursekit.errors import CourseError


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command("solve")(solve)


def solve(
    notebook: Annotated[Path, typer.Argument(help="The notebook; it stays as it is.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The solved notebook, or a folder to put it into.")
    ],
    execute: Annotated[
        bool, typer.Option("--execute", help="Run the copy and store its outputs.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a copy of a notebook in which the course's reference solves every exercise.

    Each function under @ck.exercise gets the reference's code; its docstring and everything else
    stay. Stored outputs are cleared.
    """
    from coursekit import solving

    solved = solving.read_notebook(notebook)
    target = _target(notebook, out, force)
    try:
        ids = solving.solve(solved)
    except CourseError as error:
        raise CourseError(f"{notebook.name} cannot be solved. {error}") from error
    try:
        solving.write_notebook(solved, target)
    except OSError as error:
        raise CourseError(f"{target} cannot be written: {error.strerror}.") from error
    if execute:
        _execute(target)
    names = ", ".join(exercise_id.partition(".")[2] for exercise_id in ids)
    typer.echo(f"{target}: solved {names}.")


def _target(notebook: Path, out: Path, force: bool) -> Path:
    """Decide where to write; raises CourseError rather than overwrite something."""
    target = out / notebook.name if out.is_dir() else out
    if not target.parent.is_dir():
        raise CourseError(f"There is no folder {target.parent}: make it first.")
    if target.exists() and os.path.samefile(target, notebook):
        raise CourseError(f"{target} is the notebook itself: choose another place for the copy.")
    if target.exists() and not force:
        raise CourseError(f"{target} is there already: --force overwrites it.")
    return target


def _execute(path: Path) -> None:
    """Run the solved notebook; if a cell fails it stays as it is, and one sentence says why."""
    from coursekit.notebooks import execute_in_place

    try:
        execute_in_place(path)
    except CourseError as error:
        cause = error.__cause__
        name, value = getattr(cause, "ename", ""), getattr(cause, "evalue", "")
        why = f"{name}: {value}" if name else "it did not run to its end"
        raise CourseError(
            f"{path} is solved but has no outputs, because it fails: {why}."
        ) from error
