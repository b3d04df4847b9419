from __future__ import annotations

import json
import random
from pathlib import Path

import nbformat
import pytest
import toy

from coursekit.grading import notebook
from coursekit.grading.notebook import Cell, Unreadable, code_cells, of_cell, read_bytes

GOOD = json.dumps(toy.notebook("x = 1\ny = 2"))


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        GOOD.replace("\n", "\r\n").replace("\\n", "\\r\\n").encode(),
    ],
    ids=["plain", "byte order mark", "utf-16", "CRLF"],
)
def test_encodings_and_line_ends_make_no_difference(content: bytes) -> None:
    assert [cell.source for cell in code_cells(content, "a.ipynb")] == ["x = 1\ny = 2"]


def test_format_3_is_read() -> None:
    old = {
        "nbformat": 3,
        "worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"]}]}],
    }
    assert code_cells(json.dumps(old).encode(), "a.ipynb")[0].source == "a = 1\nb = 2"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "a.ipynb is empty."),
        (b"  \n", "a.ipynb is empty."),
        (b"[1]", "a.ipynb is JSON but not a notebook."),
        (b"{}", "a.ipynb is JSON but not a notebook: it has no cells."),
        (b"print(1)", "a.ipynb is not a notebook: broken JSON at line 1."),
        (b"PK\x03\x04zip", "a.ipynb is not a notebook but a binary file."),
        (b"[" * 100_000, "a.ipynb is nested too deeply to be a notebook."),
        (
            f"<<<<<<< HEAD\n{GOOD}\n=======\n>>>>>>> mine\n".encode(),
            "a.ipynb contains merge markers (<<<<<<<): resolve the conflict and hand it in again.",
        ),
        (
            GOOD.replace("{", "{\n<<<<<<< HEAD\n", 1).encode() + b"\n>>>>>>> mine\n",
            "a.ipynb contains merge markers (<<<<<<<): resolve the conflict and hand it in again.",
        ),
    ],
)
def test_what_is_no_notebook_gets_one_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        code_cells(content, "a.ipynb")
    assert str(caught.value) == reason


def test_odd_cells_are_left_out() -> None:
    tree = {"cells": [None, 3, {"cell_type": "code", "source": 5}, {"cell_type": "markdown"}]}
    assert code_cells(json.dumps(tree).encode(), "a.ipynb") == []


def test_huge_and_linked_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(GOOD)
    monkeypatch.setattr(notebook, "LARGEST", 100)
    with pytest.raises(Unreadable, match="clear the outputs"):
        read_bytes(path)
    link = tmp_path / "b.ipynb"
    link.symlink_to(path)
    with pytest.raises(Unreadable, match="symbolic link"):
        read_bytes(link)


def test_what_is_found_out_about_a_cell_is_kept_for_the_next_notebook() -> None:
    asked = []

    @of_cell
    def length(cell: Cell) -> int:
        asked.append(cell.source)
        return len(cell.source)

    def lengths(*sources: str) -> list[int]:
        content = json.dumps(toy.notebook(*sources)).encode()
        return [length(cell) for cell in code_cells(content, "a.ipynb")]

    long = "x = 1\n" * 1000
    assert lengths("x = 1", "y = 1", long) == [5, 5, 6000]
    assert lengths("x = 1", "y = 22", long) == [5, 6, 6000]
    assert asked == ["x = 1", "y = 1", long, "y = 22", long]


def saved(*cells: dict[str, object]) -> bytes:
    """Write a notebook as Jupyter does."""
    tree = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return str(nbformat.writes(nbformat.from_dict(tree))).encode()


MARKDOWN: dict[str, object] = {
    "cell_type": "markdown",
    "metadata": {},
    "source": ["# A\n", "[b](c)"],
}
OUTPUT = {"name": "stdout", "output_type": "stream", "text": ["1\n", "2"]}
CODE: dict[str, object] = {"cell_type": "code", "execution_count": 1, "metadata": {}}
CODE |= {"outputs": [OUTPUT], "source": ["x = 1\n", "y"]}
LONG = CODE | {"source": "z = 1\n" * 1000}
#: What makes another notebook of it, or none, wherever it is put.
PARTS = (
    *(b'{\n "cells": [', b'\n  {\n   "cell_type": ', b"\n ],\n", b'"cell_type": "code",'),
    *(
        b'"cells": [],',
        b'\n "cells": [\n ],\n',
        b'\n  {\n   "cell_type": "code", "source": "w"\n  },',
    ),
    *(b"{}", b"null", b",", b"[", b"]", b"{", b"}", b'"', b"\\", b"\n", b"\xff"),
)


def read_or_refused(content: bytes) -> list[tuple[int, str]] | str:
    try:
        return [(cell.number, cell.source) for cell in code_cells(content, "a.ipynb")]
    except Unreadable as error:
        return str(error)


@pytest.mark.parametrize("seed", range(4))
def test_cell_by_cell_a_notebook_is_the_same_as_in_one_go(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    cell_by_cell = notebook._one_by_one
    comma = saved(CODE).rpartition(b"],")[0] + b"],\n}"  # with nothing behind it: not JSON
    whole = [saved(MARKDOWN, CODE, MARKDOWN, CODE, LONG), saved(CODE), comma, saved()]
    assert [cell_by_cell(content) is None for content in whole] == [False, False, True, True]
    was_read = 0
    for _ in range(3000):
        content = bytearray(rng.choice(whole))
        for _ in range(rng.randrange(3)):
            marks = [at for at, byte in enumerate(content) if byte in b"{}[],"]
            at = max(rng.choice(marks or [0]) + rng.randint(-3, 3), 0)
            content[at : at + rng.choice([0, 0, 1, 5])] = rng.choice([b"", *PARTS])
        found = read_or_refused(bytes(content))
        with monkeypatch.context() as patched:
            patched.setattr(notebook, "_one_by_one", lambda _: None)
            assert found == read_or_refused(bytes(content)), bytes(content)
        was_read += type(found) is list
    assert 500 < was_read < 2500
