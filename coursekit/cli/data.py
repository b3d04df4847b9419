"""``coursekit data``: which real data sets there are, bringing them here, checking them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.errors import CourseError

if TYPE_CHECKING:
    from rich.console import Console

    from coursekit.datasets.registry import DataFile, DataSet
    from coursekit.datasets.storage import State

_COLOURS = {"ready": "green", "not fetched": "dim", "incomplete": "yellow", "damaged": "red"}
_COLOURS |= {"missing": "yellow"}

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Data sets, as `coursekit data list` names them."),
]


def register(app: typer.Typer) -> None:
    """Add `data list`, `data fetch` and `data verify` to the application."""
    group = typer.Typer(
        no_args_is_help=True, help="Real data sets: list them, bring them here, verify them."
    )
    group.command("list")(list_)
    group.command("fetch")(fetch)
    group.command("verify")(verify)
    app.add_typer(group, name="data")


def list_() -> None:
    """Show every data set, its size, its licence and whether it is on this machine."""
    from rich.table import Table

    from coursekit.datasets.registry import registry, size_text

    table = Table("name", "data set", "size", "state", "licence", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for column in (0, 2, 3):
        table.columns[column].no_wrap = True
    for entry in registry().values():
        table.add_row(
            entry.name, entry.title, size_text(entry.bytes), _coloured(_state(entry)), entry.licence
        )
    console = _console()
    console.print(table)
    console.print(f"\n{_folder_sentence()}", soft_wrap=True, highlight=False)


def fetch(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Fetch every data set.")] = False,
) -> None:
    """Download data sets and verify them; what is already here is kept."""
    from coursekit.datasets.download import fetch_file
    from coursekit.datasets.registry import total_bytes

    chosen = _choose(names, everything)
    if not chosen:
        raise CourseError(
            "Say what to fetch: `coursekit data fetch NAME`, or `--all` for every data set; "
            "`coursekit data list` shows the names."
        )
    with _progress_on_stderr() as new_bar:
        for entry in chosen:
            advance = new_bar(entry.name, total_bytes(entry.files))
            for file in entry.files:
                fetch_file(file, advance)
    console = _console()
    for entry in chosen:
        console.print(f"{entry.name}: {_coloured('ready')}")
    console.print(_folder_sentence(), soft_wrap=True, highlight=False)


def verify(names: Names = None) -> None:
    """Compare every file on this machine with its checksum; fails if one is damaged or missing.

    Without names, data sets that were never fetched are left out.
    """
    from rich.table import Table

    from coursekit.datasets import storage
    from coursekit.datasets.registry import registry

    chosen = _choose(names, everything=False)
    states = [
        (file, storage.state(file))
        for entry in chosen or registry().values()
        if chosen or _state(entry) != "not fetched"
        for file in entry.files
    ]
    console = _console()
    if not states:
        console.print("No data set is on this machine: `coursekit data fetch NAME` brings one.")
        return
    table = Table("file", "state", box=None, pad_edge=False)
    for file, state in states:
        table.add_row(file.path, _coloured(state))
    console.print(table)
    _fail_unless_ready(states)


def _fail_unless_ready(states: list[tuple[DataFile, State]]) -> None:
    """Raise one sentence that names the data sets to fetch again."""
    from coursekit.datasets import storage

    bad = [file for file, state in states if state != "ready"]
    if not bad:
        return
    sets = " ".join(dict.fromkeys(file.dataset for file in bad))
    folder = storage.mirror_folder()
    remedy = (
        f"run `coursekit data fetch {sets}`"
        if folder is None
        else f"replace them in the mirror folder {storage.shown(folder)}"
    )
    raise CourseError(f"{len(bad)} of {len(states)} files are damaged or missing: {remedy}.")


def _choose(names: list[str] | None, everything: bool) -> list[DataSet]:
    """The data sets of the command line, each once; raises CourseError for an unknown name."""
    from coursekit.datasets.registry import data_set, registry

    if everything:
        return list(registry().values())
    return [data_set(name) for name in dict.fromkeys(names or [])]


def _state(entry: DataSet) -> str:
    """The state of a data set: ready, not fetched, incomplete or damaged."""
    from coursekit.datasets import storage

    states = {storage.state(file) for file in entry.files}
    if states == {"ready"}:
        return "ready"
    if "damaged" in states:
        return "damaged"
    return "not fetched" if states == {"missing"} else "incomplete"


def _coloured(state: str) -> str:
    return f"[{_COLOURS[state]}]{state}[/]"


def _folder_sentence() -> str:
    from coursekit.datasets import storage

    mirror = storage.mirror_folder()
    if mirror is not None:
        return f"Read from the mirror folder {storage.shown(mirror)}; nothing is downloaded."
    return f"Folder: {storage.shown(storage.data_folder())}"


def _console() -> Console:
    from rich.console import Console

    return Console()


@contextmanager
def _progress_on_stderr() -> Iterator[Callable[[str, int], Callable[[int], None]]]:
    """A bar for each data set on stderr: call with (name, bytes), get a function to advance it.

    Where stderr is no terminal, one line for each data set.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )

    def new_bar(name: str, total: int) -> Callable[[int], None]:
        if not console.is_terminal:
            console.print(f"fetching {name} ...")
        task = progress.add_task(name, total=total)
        return lambda count: progress.advance(task, count)

    with progress:
        yield new_bar
