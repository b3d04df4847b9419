"""Every notebook: as shipped it gives the stored outputs again, solved every check passes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from coursekit import solving
from coursekit.core import registry
from coursekit.grading.names import analyse, exercise_ids
from coursekit.grading.notebook import Cell

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

#: nbval leaves the outputs of a cell with this tag uncompared.
NOT_COMPARED = "nbval-ignore-output"
#: A cell that is not compared says why in its first line, with these words.
REASON = "not compared"
#: Other ways to tell nbval to look away: none is used.
OTHER_MARKS = ("nbval-skip", "nbval-raises-exception", "raises-exception")
OTHER_COMMENTS = ("NBVAL_", "PYTEST_VALIDATE_IGNORE_OUTPUT")
#: Larger notebooks load slowly, and code hosts do not show them.
LARGEST_MB = 3

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path):
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def environment(state):
    """The environment of CI mode; a plotting backend that this process chose must not leak."""
    kept = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    return kept | {"COURSEKIT_STATE": str(state), "COURSEKIT_CI": "1"}


def run(*command, state, cwd):
    return subprocess.run(
        [sys.executable, *map(str, command)],
        env=environment(state),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def error_outputs(cells):
    return [
        f"{output.ename}: {output.evalue}"
        for cell in cells
        for output in cell.outputs
        if output.output_type == "error"
    ]


def test_there_are_notebooks():
    assert NOTEBOOKS


# As shipped ---------------------------------------------------------------------------------------


@each_notebook
def test_running_all_gives_the_stored_outputs(path, tmp_path):
    options = ("--nbval", "--nbval-current-env", "--color=no", "--override-ini=addopts=")
    options += ("-p", "no:cacheprovider", "-p", "no:benchmark")
    ran = run("-m", "pytest", *options, path, state=tmp_path, cwd=tmp_path)
    if ran.returncode:
        pytest.fail(f"nbval found differences in {path.name}:\n{ran.stdout}", pytrace=False)
    assert f"{len(code_cells(path))} passed" in ran.stdout


@each_notebook
def test_few_cells_are_left_uncompared_and_each_says_why(path):
    cells = code_cells(path)
    left_out = [cell for cell in cells if NOT_COMPARED in tags(cell)]
    assert 5 * len(left_out) < len(cells)
    for cell in left_out:
        first = cell.source.partition("\n")[0]
        assert first.startswith("#"), f"no reason: {cell.source}"
        assert REASON in first, f"no reason: {cell.source}"
    for cell in cells:
        assert not set(tags(cell)) & set(OTHER_MARKS)
        assert not any(comment in cell.source for comment in OTHER_COMMENTS)


@each_notebook
def test_every_code_cell_was_run_in_order_and_none_failed(path):
    cells = code_cells(path)
    counts = [cell.execution_count for cell in cells if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))
    assert error_outputs(cells) == []


@each_notebook
def test_the_file_is_valid_small_and_for_any_python(path):
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec == {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    assert "version" not in notebook.metadata.language_info
    assert path.stat().st_size < LARGEST_MB * 1e6
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("lesson", registry.lessons(), ids=lambda lesson: lesson.room)
def test_the_notebook_of_a_lesson_has_its_exercises_as_stubs(lesson):
    path = FOLDER / lesson.notebook
    if not path.exists():
        pytest.skip(f"{lesson.notebook} is not there")
    found = []
    for cell in code_cells(path):
        for exercise_id in exercise_ids(analyse([Cell(1, cell.source)])):
            found.append(exercise_id)
            assert cell.source.rstrip().splitlines()[-1].strip() == "raise NotImplementedError"
    assert sorted(found) == sorted(exercise.id for exercise in lesson.exercises)


# Solved -------------------------------------------------------------------------------------------


@each_notebook
def test_solved_every_check_passes(path, tmp_path, state_folder):
    notebook = solving.read_notebook(path)
    ids = solving.solve(notebook)
    solved, executed = tmp_path / path.name, tmp_path / f"executed-{path.name}"
    solving.write_notebook(notebook, solved)
    options = ("--no-progress-bar", "--cwd", FOLDER, "--kernel", "python3")
    state = os.environ["COURSEKIT_STATE"]
    ran = run("-m", "papermill", *options, solved, executed, state=state, cwd=tmp_path)
    if ran.returncode:
        pytest.fail(f"{path.name}, solved, does not run:\n{ran.stdout}", pytrace=False)
    cells = code_cells(executed)
    assert error_outputs(cells) == []
    assert state_folder() == dict.fromkeys(ids, "passed")
    printed = "".join(
        output.text for cell in cells for output in cell.outputs if output.output_type == "stream"
    )
    assert "is not written yet" not in printed


@each_notebook
def test_solved_every_exercise_gets_its_points(path, tmp_path):
    notebook = solving.read_notebook(path)
    ids = solving.solve(notebook)
    (tmp_path / "in" / "model").mkdir(parents=True)
    solving.write_notebook(notebook, tmp_path / "in" / "model" / path.name)
    grade = ("-m", "coursekit", "grade", tmp_path / "in", "--out", tmp_path / "out")
    ran = run(*grade, "--isolation", "process", state=tmp_path / "state", cwd=tmp_path)
    assert not ran.returncode, ran.stdout
    records = json.loads((tmp_path / "out" / "results.json").read_text())["records"]
    found = {r["exercise"]: r["reason"] or r["status"] for r in records if r["exercise"] in ids}
    assert found == dict.fromkeys(ids, "passed")
