"""``coursekit grade``: grade what was handed in."""

from __future__ import annotations

import contextlib
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.errors import CourseError

if TYPE_CHECKING:
    from coursekit.grading.cluster import Cluster
    from coursekit.grading.downloads import Scratch
    from coursekit.grading.run import Run, Runner
    from coursekit.grading.submissions import Problem, Submission

_OUT = Path("grades")


def register(app: typer.Typer) -> None:
    """Add the verb ``grade``."""
    app.command()(grade)


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(help="Folders of students, or a download of Canvas, Moodle or Gradescope."),
    ],
    out: Annotated[Path, typer.Option(help="Where results.json and grades.csv go.")] = _OUT,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            help="Key of the hidden cases, made on first use; OUT/grading.secret if not given."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="How many submissions at a time; if not given, as many as cores."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Grade on the workers of a Dask cluster: the address of its scheduler.",
        ),
    ] = None,
    isolation: Annotated[
        str, typer.Option(help="auto, sealed, restricted or process (no boundary).")
    ] = "auto",
) -> None:
    """Grade submissions: every exercise of every student, judged outside the student's process.

    Stop it at any moment and run it again: what is done stays done, and only what has changed is
    graded again.
    """
    from coursekit.grading.downloads import Scratch
    from coursekit.grading.pool import Pool
    from coursekit.grading.threads import one_thread
    from coursekit.grading.worker import interrupts_held

    if cluster is not None and workers:
        raise CourseError("A cluster has its own workers: leave out --workers or --cluster.")
    graders: Cluster | Pool
    scratch = Scratch(out)
    with contextlib.ExitStack() as stack:
        stack.callback(scratch.close)
        found, problems = _collect(submissions, scratch)
        if cluster is not None:
            from coursekit.grading.cluster import Cluster

            graders = Cluster(cluster)
        else:
            graders = Pool(min(workers or _cores(), len(found)))
        stack.enter_context(graders)
        # The workers get ready while these, too, are imported. If Ctrl+C comes while a dataclass is
        # made, Python ends by the signal itself and not with our exit status.
        with interrupts_held(), one_thread():
            from coursekit.grading import records
            from coursekit.grading.run import NothingOfThisCourse, Run
            from coursekit.grading.store import Store

        tier = graders.choose(isolation)
        out.mkdir(parents=True, exist_ok=True)
        secret = read_secret(secret_file or out / "grading.secret")
        store = Store(out / "grading.sqlite")
        stack.callback(store.close)
        scratch.remove_others()
        run = Run(found, store)
        try:
            _with_progress(run, functools.partial(graders.run, tier=tier, secret=secret))
        except KeyboardInterrupt:
            typer.echo("What is done is kept; the same command goes on from here.", err=True)
            raise
        except NothingOfThisCourse as error:
            for problem in [*problems, *run.problems][:1]:
                told = f"{error} For example {problem.path}: {problem.reason}"
                raise CourseError(told) from None
            raise
        finally:
            if run.records:
                records.write(out, run.records, [*problems, *run.problems])
    _tell(run, out, tier)
    for problem in [*problems, *run.problems]:
        typer.echo(f"{problem.path}: {problem.reason}", err=True)


def _collect(path: Path, scratch: Scratch) -> tuple[list[Submission], list[Problem]]:
    """Look for submissions; to unpack the archive of a class takes a while."""
    from rich.console import Console

    from coursekit.grading.submissions import collect

    with Console(stderr=True).status("Reading the submissions"):
        return collect(path, scratch)


def _cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _with_progress(run: Run, runner: Runner) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = "Grading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Grading", total=run.count)
        run.grade(runner, lambda: progress.advance(task))


def _tell(run: Run, out: Path, tier: str) -> None:
    from collections import Counter

    counts = Counter(record.status for record in run.records)
    students = len({record.student for record in run.records})
    said = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    typer.echo(f"{students} students, {len(run.records)} exercises: {said}.")
    typer.echo(f"Isolation: {tier}. Results: {out / 'results.json'}, {out / 'grades.csv'}")


def read_secret(path: Path) -> bytes:
    """Return the key of the hidden cases; a new one is made where there is none.

    Raises:
        CourseError: if the file is not such a key.
    """
    import secrets

    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32) + "\n")
    except FileExistsError:
        pass
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if len(text) < 32:
        raise CourseError(f"{path} is not a key: it needs at least 32 characters.")
    return text.encode()
