from __future__ import annotations

import json
from pathlib import Path

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
