"""What can be fetched: every file of every real data set with its addresses and checksum."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from coursekit.errors import CourseError

# `data/registry.json` is the one copy. A checkout (also an editable install) reads it there; an
# installed package carries it beside this module.
_PACKAGED = Path(__file__).with_name("registry.json")
_CHECKOUT = Path(__file__).resolve().parents[2] / "data" / "registry.json"


@dataclass(frozen=True)
class DataFile:
    """One file: its data set, its path below the data folder, size, checksum and addresses."""

    dataset: str
    path: str
    bytes: int
    sha256: str
    urls: tuple[str, ...]


@dataclass(frozen=True)
class DataSet:
    """A data set as its authors published it."""

    name: str
    title: str
    authors: str
    licence: str
    homepage: str
    files: tuple[DataFile, ...]

    @property
    def bytes(self) -> int:
        """Size of all files together."""
        return sum(file.bytes for file in self.files)


@cache
def registry() -> dict[str, DataSet]:
    """All data sets by name, in the registry's order. Raises CourseError if it cannot be read."""
    path = _PACKAGED if _PACKAGED.exists() else _CHECKOUT
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["datasets"]
        return {entry["name"]: _data_set(entry) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"The list of data sets ({path}) is missing or damaged: install coursekit again."
        ) from error


def data_set(name: str) -> DataSet:
    """The data set of that name; raises CourseError with the nearest name for an unknown one."""
    known = registry()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"choose from {', '.join(known)}."
    raise CourseError(f"There is no data set {name!r}: {advice}")


def data_file(path: str) -> DataFile:
    """The file at that path of the registry, for example "mnist/train-labels-idx1-ubyte.gz"."""
    for file in data_set(path.split("/")[0]).files:
        if file.path == path:
            return file
    raise KeyError(path)


def size_text(count: int) -> str:
    """A number of bytes for people: 9.9 MB, 4.5 kB."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"


def total_bytes(files: Iterable[DataFile]) -> int:
    """Size of these files together."""
    return sum(file.bytes for file in files)


def _data_set(entry: dict) -> DataSet:
    """A registry entry as a DataSet."""
    name = entry["name"]
    files = tuple(
        DataFile(name, row["path"], row["bytes"], row["sha256"], tuple(row["urls"]))
        for row in entry["files"]
    )
    return DataSet(
        name, entry["title"], entry["authors"], entry["licence"], entry["homepage"], files
    )
