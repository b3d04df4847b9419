"""Reads the code cells of a notebook, whatever state it is in, without running anything."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson

#: What stands before a stored picture.
_PICTURE = b'"image/png": "'
#: How Jupyter begins a file and a cell, and what it writes behind the last one.
_BEGIN, _CELL, _END = b'{\n "cells": [', b'\n  {\n   "cell_type": ', b"\n ],\n"

#: Notebooks larger than this are not read: outputs of that size are a mistake.
LARGEST = 64 << 20


class Unreadable(Exception):
    """A notebook that cannot be read; the message is one sentence for student and instructor."""


#: So many cells of up to so many characters are kept with what was found out about them. The tree
#: of a text takes some hundred times its memory.
_KEPT, _SHORT = 1024, 4_000

_Made = TypeVar("_Made")


@dataclass(frozen=True, eq=False)
class Cell:
    """A code cell: its place among all cells of the notebook, counted from 1, and its source.

    Most cells are the same in all notebooks of a class. ``code_cells`` returns the same object for
    them, and ``found`` is what was found out about it, by the function that did.
    """

    number: int
    source: str
    found: dict[Callable[[Cell], Any], Any] = field(default_factory=dict, repr=False)


def of_cell(make: Callable[[Cell], _Made]) -> Callable[[Cell], _Made]:
    """Call a function once for each cell."""

    @functools.wraps(make)
    def made(cell: Cell) -> _Made:
        try:
            return cell.found[make]
        except KeyError:
            return cell.found.setdefault(make, make(cell))

    return made


def read_bytes(path: Path) -> bytes:
    """Return the content of a notebook file.

    Raises:
        Unreadable: if it is not a plain file of reasonable size.
    """
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        if path.is_symlink():
            raise Unreadable(f"{path.name} is a symbolic link, not a notebook.")
        if not path.is_file():
            raise Unreadable(f"{path.name} is not a file.")
        with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as stream:
            # Room is taken for as much as is asked for: ask for little more than there is.
            there = os.fstat(stream.fileno()).st_size
            content = stream.read(min(there, LARGEST) + 1)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        megabytes = path.stat().st_size / 1e6
        raise Unreadable(
            f"{path.name} is {megabytes:.0f} MB large, at most {LARGEST / 1e6:.0f} MB are read: "
            "clear the outputs and hand it in again."
        )
    return content


def code_cells(content: bytes, name: str) -> list[Cell]:
    """Return the code cells of a notebook (format 4, or the older 3).

    Args:
        content: the file's bytes.
        name: the file's name, for the message.

    Raises:
        Unreadable: if it is not a notebook.
    """
    plain = _without_pictures(content)
    try:
        sources = _one_by_one(plain)
    except orjson.JSONDecodeError:
        sources = None
    if sources is None:
        sources = [_code(cell) for cell in _cells(plain, content, name)]
    return [
        (_kept if len(source) <= _SHORT else Cell)(number, source)
        for number, source in enumerate(sources, 1)
        if source is not None
    ]


@functools.lru_cache(maxsize=_KEPT)
def _kept(number: int, source: str) -> Cell:
    return Cell(number, source)


def _one_by_one(content: bytes) -> list[str | None] | None:
    """Return the sources of the cells; ``None`` if it is not written as Jupyter writes notebooks.

    Most cells are known from other notebooks to the last byte. They are read one by one: what is
    JSON before, in and behind each cell is JSON as a whole.
    """
    begin, *texts = content.split(_CELL)
    if begin != _BEGIN or not texts:
        return None
    texts[-1], _, end = texts[-1].rpartition(_END)
    rest = orjson.loads(b"{" + end)
    if not rest or "cells" in rest or not all(text.endswith(b",") for text in texts[:-1]):
        return None
    return [
        _known(text) if len(text) <= _SHORT else _read_cell(text)
        for text in (*(text[:-1] for text in texts[:-1]), texts[-1])
    ]


def _read_cell(text: bytes) -> str | None:
    return _code(orjson.loads(_CELL + text))


_known = functools.lru_cache(maxsize=_KEPT)(_read_cell)


def _cells(plain: bytes, content: bytes, name: str) -> list[Any]:
    """Read the notebook as a whole, or say what is wrong with it."""
    try:
        tree = orjson.loads(plain)  # some times faster, and strict
    except orjson.JSONDecodeError:
        tree = _parse(_text(content, name), name)
    if not isinstance(tree, dict):
        raise Unreadable(f"{name} is JSON but not a notebook.")
    cells = tree.get("cells")
    if cells is None and isinstance(tree.get("worksheets"), list):
        sheets = [sheet for sheet in tree["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise Unreadable(f"{name} is JSON but not a notebook: it has no cells.")
    return cells


def compact(content: bytes) -> bytes:
    """Return a notebook without its stored pictures; a damaged one as it is."""
    plain = _without_pictures(content)
    try:
        orjson.loads(plain)
    except orjson.JSONDecodeError:
        return content
    return plain


def _without_pictures(content: bytes) -> bytes:
    """Empty the stored pictures: most of a saved notebook, and nothing here looks at them.

    Inside a text of JSON a quotation mark has a backslash before it, so what ``_PICTURE`` finds is
    followed by the text of a value; this ends at the next quotation mark without a backslash.
    """
    kept, at = [], 0
    while (found := content.find(_PICTURE, at)) >= 0:
        start = found + len(_PICTURE)
        end = content.find(b'"', start)
        kept.append(content[at:start])
        at = end if end > start and content[end - 1 : end] != b"\\" else start
    return b"".join([*kept, content[at:]])


def _text(content: bytes, name: str) -> str:
    if not content.strip():
        raise Unreadable(f"{name} is empty.")
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(start):
            return content.decode(encoding, "replace")
    if b"\0" in content[:1000] or content.startswith((b"PK\x03\x04", b"%PDF")):
        raise Unreadable(f"{name} is not a notebook but a binary file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _parse(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise Unreadable(f"{name} is nested too deeply to be a notebook.") from None
    except ValueError as error:
        if "\n<<<<<<<" in f"\n{text}" and "\n>>>>>>>" in text:
            raise Unreadable(
                f"{name} contains merge markers (<<<<<<<): resolve the conflict and hand it in "
                "again."
            ) from None
        line = getattr(error, "lineno", 1)
        raise Unreadable(f"{name} is not a notebook: broken JSON at line {line}.") from None


def _code(cell: Any) -> str | None:
    """Return a cell's source if it is a code cell."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        source = "".join([part for part in source if type(part) is str])
    if not isinstance(source, str):
        return None
    return source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
