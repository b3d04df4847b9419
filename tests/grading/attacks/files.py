"""Files that are hardly notebooks, archives that bite, names that run."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from attacks import vault, world

_NAME = vault.NOTEBOOK
#: All points of the lesson.
_ALL = sum(exercise.points for exercise in vault.EXERCISES)


def _fine(output: dict[str, bytes]) -> bool:
    return True


@dataclass(frozen=True)
class File:
    """Something handed in: how it is made, and what must come of it.

    ``make`` writes into the folder of submissions and returns the students' names as they are
    shown; ``looks_right`` judges the files that the run has written.
    """

    group: str
    name: str
    make: Callable[[Path], list[str]]
    statuses: frozenset[str]
    reason: str
    points: int = 0
    looks_right: Callable[[dict[str, bytes]], bool] = field(default=_fine)

    @property
    def label(self) -> str:
        """Its class and name."""
        return f"{self.group}-{self.name}"


FILES: list[File] = []


def _right() -> str:
    return json.dumps(world.right_notebook())


def _bytes(
    name: str, content: Callable[[], bytes], statuses: str, reason: str, file: str = _NAME
) -> None:
    """Add a file that Ada hands in, given by its bytes."""

    def make(folder: Path) -> list[str]:
        (folder / "ada").mkdir()
        (folder / "ada" / file).write_bytes(content())
        return ["ada"]

    found = frozenset(statuses.split())
    points = _ALL if "passed" in found else 0
    FILES.append(File("notebooks", name, make, found, reason, points))


def _old() -> bytes:
    tree = world.right_notebook()
    cells = [{**cell, "input": cell["source"], "language": "python"} for cell in tree["cells"]]
    for cell in cells:
        del cell["source"]
    return json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}}).encode()


def _with_outputs(size: int) -> bytes:
    tree = world.right_notebook()
    output = {"output_type": "stream", "name": "stdout", "text": ["y" * 1000 + "\n"] * size}
    tree["cells"][0]["outputs"] = [output]
    return json.dumps(tree).encode()


def _odd_cells() -> bytes:
    tree = world.right_notebook()
    odd = [None, 3, [], {}, {"cell_type": "code"}, {"cell_type": "code", "source": 7}]
    odd += [{"cell_type": ["code"], "source": {}}, {"cell_type": "code", "source": [1, "x = 1"]}]
    odd += [{"cell_type": "raw", "source": "1/0"}, {"cell_type": "code", "source": ["\n"] * 10}]
    tree["cells"] = [*odd, *tree["cells"]]
    return json.dumps(tree).encode()


def _merge() -> bytes:
    text = json.dumps(world.right_notebook(), indent=1)
    head, tail = text[: len(text) // 2], text[len(text) // 2 :]
    mine = '\n<<<<<<< HEAD\n "a": 1,\n=======\n "a": 2,\n>>>>>>> theirs\n'
    return (head + mine + tail).encode()


def _duplicate_keys() -> bytes:
    return b'{"cells": [], "cells": ' + json.dumps(world.right_notebook()["cells"]).encode() + b"}"


_bytes("broken-json", lambda: _right()[:-40].encode(), "ungraded", "broken JSON at line 1")
_bytes("empty", lambda: b"", "ungraded", "is empty")
_bytes("spaces", lambda: b" \n" * 1000, "ungraded", "is empty")
_bytes("merge-markers", _merge, "ungraded", "merge markers")
_bytes("old-format", _old, "passed", "^$")
_bytes("byte-order-mark", lambda: b"\xef\xbb\xbf" + _right().encode(), "passed", "^$")
_bytes("utf-16", lambda: _right().encode("utf-16"), "passed", "^$")
_bytes(
    "carriage-returns",
    lambda: json.dumps(world.right_notebook(), indent=1).replace("\n", "\r\n").encode(),
    "passed",
    "^$",
)
_bytes(
    "carriage-returns-in-cells", lambda: _right().replace("\\n", "\\r\\n").encode(), "passed", "^$"
)
_bytes("latin-1", lambda: _right().replace("canary-n", "caf\xe9").encode("latin-1"), "passed", "^$")
_bytes("large-outputs", lambda: _with_outputs(20_000), "passed", "^$")
_bytes("huge-outputs", lambda: _with_outputs(70_000), "ungraded passed", "(large|^$)")
_bytes("odd-cells", _odd_cells, "passed", "^$")
_bytes("doubled-keys", _duplicate_keys, "passed ungraded", ".*")
_bytes("not-a-notebook", lambda: b'{"vault.scale": 3}', "ungraded", "no cells|no exercise")
_bytes("a-list", lambda: b'["vault.scale"]', "ungraded", "not a notebook")
_bytes("a-number", lambda: b"1" * 10_000, "ungraded", "not a notebook|broken JSON|no exercise")
_bytes("no-number", lambda: b'{"cells": [NaN, -Infinity, 1e999]}', "ungraded missing", ".")
_bytes("deep", lambda: b'{"cells":' * 200_000 + b"vault.scale", "ungraded", "nested too deeply")
_bytes("deep-list", lambda: b"[" * 1_000_000, "ungraded", "nested too deeply|broken JSON")
_bytes("binary", lambda: b"\0vault.scale" + bytes(range(256)), "ungraded", "binary|broken JSON")
_bytes(
    "another-course",
    lambda: json.dumps(world.notebook(["x = 1"])).encode(),
    "ungraded missing",
    "no exercise of this course|not in the notebook",
)
_bytes("a-zip-by-another-name", lambda: _zip({_NAME: _right()}), "ungraded", "binary")
_bytes("wrong-name", lambda: _right().encode(), "passed", "^$", "Untitled7 (1)-final FINAL.ipynb")
_bytes("name-in-capitals", lambda: _right().encode(), "passed", "^$", "98_VAULT.IPYNB")
_bytes("a-python-file", lambda: b"import os", "missing", "no notebook", "98_vault.py")
_bytes("a-text-file", lambda: _right().encode(), "missing", "no notebook", _NAME + ".txt")


def _zip(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _traversal() -> bytes:
    names = [f"../../../{world.TRACE}", f"/tmp/{world.TRACE}", f"..\\..\\{world.TRACE}"]
    names += [f"ada/../../{world.TRACE}", f"C:\\{world.TRACE}", f"a\0/{world.TRACE}"]
    return _zip(dict.fromkeys(names, "here"))


def _zip_with_links() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("here")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/tmp")
        archive.writestr(f"here/{world.TRACE}", "through the link")
    return stream.getvalue()


def _bomb() -> bytes:
    """A few kilobytes that unpack to 64 MB."""
    return _zip({_NAME: " " * (1 << 26)})


def _nested() -> bytes:
    data = _zip({_NAME: _right()})
    for _ in range(20):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("again.zip", data)
        data = stream.getvalue()
    return data


_bytes("zip-with-paths", _traversal, "missing ungraded", ".", "98_vault.zip")
_bytes("zip-with-links", _zip_with_links, "missing ungraded", ".", "98_vault.zip")
_bytes("zip-bomb", _bomb, "missing ungraded", ".", "98_vault.zip")
_bytes("zip-in-zip", _nested, "missing ungraded passed", ".", "98_vault.zip")
_bytes("broken-zip", lambda: _zip({_NAME: _right()})[:50], "missing ungraded", ".", "98_vault.zip")


def _place(name: str, make: Callable[[Path], object], statuses: str, reason: str) -> None:
    """Add something odd in Ada's folder, made by a function."""

    def made(folder: Path) -> list[str]:
        (folder / "ada").mkdir()
        make(folder / "ada")
        return ["ada"]

    FILES.append(File("notebooks", name, made, frozenset(statuses.split()), reason, _ALL))


def _deep_folders(folder: Path) -> None:
    here = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(1_500):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)


def _unreadable(folder: Path) -> None:
    (folder / _NAME).write_text(_right())
    (folder / _NAME).chmod(0)


def _closed_folder(folder: Path) -> None:
    (folder / "closed").mkdir()
    (folder / "closed" / _NAME).write_text(_right())
    (folder / "closed").chmod(0)


_place("link-to-a-file", lambda f: (f / _NAME).symlink_to("/etc/passwd"), "ungraded", "link")
_place(
    "link-to-another-student",
    lambda f: (f / _NAME).symlink_to(f.parent / "zoe" / _NAME),
    "ungraded",
    "link",
)
_place(
    "link-to-a-folder",
    lambda f: (f / "x").symlink_to(f.parent / "zoe"),
    "missing",
    "no notebook",
)
_place("link-to-itself", lambda f: (f / _NAME).symlink_to(_NAME), "ungraded missing", ".")
_place("pipe", lambda f: os.mkfifo(f / _NAME), "ungraded", "not a file")
_place("folder-by-that-name", lambda f: (f / _NAME).mkdir(), "missing ungraded", ".")
_place("folders-without-end", _deep_folders, "missing ungraded", ".")
_place("not-readable", _unreadable, "ungraded passed", ".*")
_place("folder-not-readable", _closed_folder, "ungraded missing passed", ".*")
_place("device", lambda f: (f / _NAME).symlink_to("/dev/zero"), "ungraded", "link")

_NAMES = {
    "formula": "=HYPERLINK(1)",
    "plus": "+1+cmd",
    "minus": "-2+3",
    "at": "@SUM(1)",
    "markup": "<script>alert(1)<",
    "quotes": "a\"b',c;=1+1",
    "newline": "a\n=1+1,x",
    "tab": "\t=1+1",
    "direction": "ada\u202egpj",
    "terminal": "\x1b[2Jada",
    "not-unicode": os.fsdecode(b"ada\xff\xfe"),
    "rich": "[red]ada[red] {{ 7 * 7 }}",
}


def _no_formula(output: dict[str, bytes]) -> bool:
    """Whether the table is one that no spreadsheet runs and no parser misreads."""
    rows = list(csv.reader(io.StringIO(output["grades.csv"].decode())))
    width = {len(row) for row in rows if row}
    first = [row[0] for row in rows[1:] if row]
    runs = any(name.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for name in first)
    shown = all(char.isprintable() for name in first for char in name)
    return len(width) == 1 and len(first) == 2 and not runs and shown


def _named(label: str, name: str) -> None:
    def make(folder: Path) -> list[str]:
        (folder / name).mkdir()
        (folder / name / _NAME).write_text(_right())
        return []

    FILES.append(File("pages", f"name-{label}", make, frozenset(), ".*", _ALL, _no_formula))


for _label, _text in _NAMES.items():
    _named(_label, _text)


def _twins(folder: Path) -> list[str]:
    """Two names that look the same when they are shown; one student is right, the other is not."""
    for name, text in (("twin\1", _right()), ("twin\2", json.dumps(world.notebook(["x = 1"])))):
        (folder / name).mkdir()
        (folder / name / _NAME).write_text(text)
    return []


def _both(output: dict[str, bytes]) -> bool:
    rows = list(csv.DictReader(io.StringIO(output["grades.csv"].decode())))
    return sorted(row["vault.scale"] for row in rows) == ["0", "1", "1"]


FILES.append(File("pages", "name-twice", _twins, frozenset(), ".*", _ALL, _both))
