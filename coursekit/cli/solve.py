"""``coursekit solve``: a copy of a notebook with every exercise solved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

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
        bool, typer.Option("--execute", help="Run the solved notebook and store its outputs.")
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
    problem = _execute(solved, notebook.resolve().parent) if execute else ""
    try:
        solving.write_notebook(solved, target)
    except OSError as error:
        raise CourseError(f"{target} cannot be written: {error.strerror}.") from error
    if problem:
        raise CourseError(f"{problem} What ran until there is in {target}.")
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


def _execute(notebook: Any, folder: Path) -> str:
    """Run a notebook in a folder; returns a sentence if a cell fails, or nothing."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=None,
        resources={"metadata": {"path": str(folder)}},
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return f"A cell of the solved notebook fails: {error.ename}: {error.evalue}."
    except (CellTimeoutError, DeadKernelError) as error:
        return f"The solved notebook did not run to its end: {error}."
    return ""
