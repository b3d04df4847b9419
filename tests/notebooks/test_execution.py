"""Executing notebooks in place: the same code gives the same file."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from coursekit import notebooks
from coursekit.errors import CourseError


def write(path, *cells):
    made = [new_code_cell(source, metadata={"tags": tags}) for source, *tags in cells]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    nbformat.write(new_notebook(cells=made, metadata={"language_info": {"name": "old"}}), path)
    return path


def outputs(path):
    return [cell.outputs for cell in nbformat.read(path, 4).cells]


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    path = write(
        tmp_path_factory.mktemp("once") / "some.ipynb",
        ("print('a')\nprint('b')",),
        (
            "import sys\nfrom tqdm import tqdm\n"
            "for _ in tqdm(range(3), file=sys.stdout, bar_format='{n}/{total}'): pass",
        ),
        ("from coursekit.convolution.explorer import sliding_window\nsliding_window()",),
        (
            "from os import environ, listdir\n"
            "print(environ['COURSEKIT_CI'], listdir(environ['COURSEKIT_STATE']))",
        ),
        ("import time\nprint(time.time())", "keep-stored", "nbval-ignore-output"),
        ("'this machine'", "not-stored"),
    )
    notebooks.execute_in_place(path)
    return path


def test_a_second_run_leaves_the_same_bytes(executed):
    before = executed.read_bytes()
    notebooks.execute_in_place(executed)
    assert executed.read_bytes() == before


def test_what_was_printed_in_pieces_is_one_output(executed):
    assert [output.text for output in outputs(executed)[0]] == ["a\nb\n"]


def test_a_progress_bar_is_kept_as_it_looked_at_the_end(executed):
    assert [output.text for output in outputs(executed)[1]] == ["3/3\n"]


def test_a_widget_is_stored_as_its_picture(executed):
    (widget,) = outputs(executed)[2]
    assert set(widget.data) == {"text/plain", "image/png"}
    assert "widgets" not in nbformat.read(executed, 4).metadata


def test_the_record_of_progress_is_empty(executed):
    assert outputs(executed)[3][0].text == "1 []\n"


def test_an_output_that_describes_the_machine_is_not_stored(executed):
    assert outputs(executed)[5] == []


def test_metadata_name_no_version_and_no_time(executed):
    found = json.loads(executed.read_text(encoding="utf-8"))
    assert found["metadata"]["kernelspec"]["name"] == "python3"
    assert "version" not in found["metadata"]["language_info"]
    assert [cell["execution_count"] for cell in found["cells"]] == [1, 2, 3, 4, 5, 6]
    assert all(set(cell["metadata"]) <= {"tags"} for cell in found["cells"])
    assert [cell["id"] for cell in found["cells"]] == [f"cell-{number}" for number in range(6)]


def test_a_cell_that_fails_is_named_and_the_file_stays(tmp_path):
    path = write(tmp_path / "broken.ipynb", ("print('fine')",), ("1 / 0",))
    before = path.read_bytes()
    with pytest.raises(CourseError, match=r"(?s)broken\.ipynb does not run.*ZeroDivisionError"):
        notebooks.execute_in_place(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["", "{", "{}", "[]"])
def test_what_is_no_notebook_is_refused_in_a_sentence(content, tmp_path):
    path = tmp_path / "odd.ipynb"
    path.write_text(content)
    with pytest.raises(CourseError, match=r"odd\.ipynb"):
        notebooks.execute_in_place(path)


def test_a_folder_stands_for_its_notebooks_in_order(tmp_path):
    for name in ("02_b", "01_a"):
        write(tmp_path / f"{name}.ipynb")
    found = notebooks.find_notebooks([tmp_path])
    assert [path.stem for path in found] == ["01_a", "02_b"]


def test_a_path_that_is_nothing_ends_with_a_sentence(tmp_path, capsys):
    assert notebooks.main([str(tmp_path)]) == 1
    assert "neither a notebook nor a folder with notebooks" in capsys.readouterr().err


def test_stored_outputs_that_may_differ_are_made_when_there_are_none(tmp_path):
    path = write(tmp_path / "kept.ipynb", ("print('new')", "keep-stored"))
    notebooks.execute_in_place(path)
    assert outputs(path)[0][0].text == "new\n"
    notebook = nbformat.read(path, 4)
    notebook.cells[0].outputs = [new_output("stream", name="stdout", text="old\n")]
    nbformat.write(notebook, path)
    notebooks.execute_in_place(path)
    assert outputs(path)[0][0].text == "old\n"
