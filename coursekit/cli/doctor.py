"""``coursekit doctor``: what this machine can do."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command("doctor")(doctor)


def doctor(
    full: Annotated[
        bool, typer.Option("--full", help="Ask torch for a GPU too (takes some seconds).")
    ] = False,
) -> None:
    """Show what this machine can do for the course; fails if something needed is missing."""
    from coursekit.machine import doctor as examine

    report = examine(full=full)
    typer.echo(report.text())
    if not report.ready:
        raise typer.Exit(1)
