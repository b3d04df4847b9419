"""`coursekit solve`: the solved copy runs in a plain notebook, and nothing is lost."""

from __future__ import annotations

import ast
import json
import os
import sys
import types
from pathlib import Path

import nbformat
import pytest

from coursekit import solving
from coursekit.core import registry
from coursekit.errors import CourseError

IMPORTS = "import numpy as np\nimport coursekit as ck"
RELU = '@ck.exercise("start.relu")\ndef relu(x):\n    """Keep what is positive."""\n'
STUB = f"{RELU}    raise NotImplementedError\n\n\nrelu.check()"
EXERCISES = [exercise for lesson in registry.lessons() for exercise in lesson.exercises]

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def stub(exercise, decorator="ck.exercise"):
    head = f'@{decorator}("{exercise.id}")\ndef {exercise.name}{exercise.signature}:\n'
    return f'{head}    """Say what."""\n    raise NotImplementedError'


def solved_cells(*sources):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    solving.solve(notebook)
    return [cell.source for cell in notebook.cells]


def run(*sources):
    """Run cells as a notebook does and return their names."""
    module = types.ModuleType("__main__")
    for number, source in enumerate(sources):
        exec(compile(source, f"<cell {number}>", "exec"), module.__dict__)
    return vars(module)


# Each exercise of the course ----------------------------------------------------------------------


@each_exercise
def test_the_solution_of_one_exercise_passes_on_its_own(exercise):
    names = run(*solved_cells(IMPORTS, stub(exercise)))
    assert names[exercise.name].check().status == "passed"


@pytest.mark.parametrize("lesson", registry.lessons(), ids=lambda lesson: lesson.room)
def test_all_solutions_of_a_lesson_pass_in_one_notebook(lesson, state_folder):
    cells = solved_cells(IMPORTS, *map(stub, lesson.exercises))
    names = run(*cells)
    for exercise in lesson.exercises:
        names[exercise.name].check()
    assert state_folder() == {exercise.id: "passed" for exercise in lesson.exercises}


@each_exercise
def test_a_solution_needs_no_annotation_and_no_module_of_the_course(exercise):
    _, cell = solved_cells(IMPORTS, stub(exercise))
    tree = ast.parse(cell)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        assert function.returns is None
        assert all(argument.annotation is None for argument in function.args.args)
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert not any("coursekit" in ast.unparse(node) for node in imports)


# What stands in the cell --------------------------------------------------------------------------


def test_decorator_docstring_and_the_rest_of_the_cell_stay():
    _, cell = solved_cells(IMPORTS, f"# The positive part.\n{STUB}  # now")
    assert cell == (
        f"# The positive part.\n{RELU}    return np.maximum(x, 0)\n\n\nrelu.check()  # now"
    )


def test_an_answer_is_replaced_like_a_stub():
    _, cell = solved_cells(IMPORTS, RELU + "    y = x\n    return y  # TODO\n\n\nrelu.check()")
    assert cell == f"{RELU}    return np.maximum(x, 0)\n\n\nrelu.check()"


def test_helpers_come_once_above_the_first_exercise_that_needs_them():
    sizes = stub(registry.get("convolution.output_size"))
    slide = stub(registry.get("convolution.correlate2d"))
    matrix = stub(registry.get("convolution.conv_matrix"))
    _, first, second, third = solved_cells(IMPORTS, sizes, slide, matrix)
    assert second.index("def pair(") < second.index('@ck.exercise("convolution.correlate2d")')
    assert "def output_size(" in first
    assert "def output_size(" not in second + third
    assert "def pair(" not in third


def test_an_exercise_further_down_is_brought_along_by_the_one_that_needs_it():
    slide = stub(registry.get("convolution.correlate2d"))
    sizes = stub(registry.get("convolution.output_size"))
    _, first, _ = solved_cells(IMPORTS, slide, sizes)
    assert "def output_size(" in first
    names = run(*solved_cells(IMPORTS, slide)[:2])
    assert names["correlate2d"].check().status == "passed"


def test_numpy_is_imported_where_the_notebook_does_not():
    cells = solved_cells("import coursekit as ck", STUB)
    assert cells[1].startswith("import numpy as np\n\n\n@ck.exercise")


def test_a_helper_that_the_notebook_has_is_not_repeated():
    parameters = stub(registry.get("convolution.conv_parameters"))
    own = "def pair(value):\n    return value if isinstance(value, tuple) else (value, value)"
    assert "def pair(" not in solved_cells(IMPORTS, own, parameters)[2]


@pytest.mark.parametrize(
    "other", ["pair = (1, 2)", "from coursekit.convolution import pair", "pair: tuple"]
)
def test_a_name_that_means_something_else_by_then_is_written_again(other):
    parameters = stub(registry.get("convolution.conv_parameters"))
    own = "def pair(value):\n    return value"
    assert "def pair(" in solved_cells(IMPORTS, own, other, parameters)[3]


def test_two_exercises_in_one_cell_and_the_same_one_twice():
    both = STUB.replace("relu.check()", stub(registry.get("convolution.output_size")))
    _, first, second = solved_cells(IMPORTS, both, STUB)
    names = run(IMPORTS, first)
    assert names["relu"].check().passed
    assert names["output_size"].check().passed
    assert second == f"{RELU}    return np.maximum(x, 0)\n\n\nrelu.check()"


def test_cells_with_magics_stay_as_they_are():
    magic = "%matplotlib inline\n!ls\nimport numpy as np"
    cells = solved_cells(magic, "%%html\n<b>exercise(</b>", IMPORTS, STUB)
    assert cells[0] == magic
    assert cells[1] == "%%html\n<b>exercise(</b>"
    assert "np.maximum" in cells[3]


def test_the_decorator_may_be_imported_by_its_name():
    relu = STUB.replace("@ck.", "@")
    cells = solved_cells("from coursekit import exercise\nimport numpy as np", relu)
    assert run(*cells)["relu"].check().passed


# The parts of a solution --------------------------------------------------------------------------

TOY = '''\
"""A module as the course might have one."""
from __future__ import annotations
import functools
import math as m
from typing import Any
from toy_other import shared, wanted as renamed
from coursekit.convolution.reference import max_pool2d, pair

SCALE: int = 3
Vector = list[float]

class Table:
    rows: Vector = []

@functools.cache
def fast(n: int) -> int:
    return n * SCALE

def even(n: int) -> bool:
    return n == 0 or odd(n - 1)

def odd(n: int) -> bool:
    return n > 0 and even(n - 1)

def plain(x: Vector, /, *rest: Any, key: int = SCALE, **more: Any) -> int:
    # Why.
    rows, _ = pair(key)
    return m.floor(fast(rows)) + even(2) + len(Table.rows)

def quick(x: int) -> int:
    return plain(x, x)

def quick_plain(x: int) -> int:
    return -x

def through(x: int) -> int:
    return quick(x)

def importing(x: Any) -> Any:
    return functools.reduce(max_pool2d, x)

def need_array(x: Any) -> Any:
    return x

def confusing(x: Any) -> Any:
    return max_pool2d(need_array(x), 2)

def clashing(x: int) -> int:
    return shared(x) + pair(x)[0]
'''


@pytest.fixture
def toy(tmp_path, monkeypatch):
    (tmp_path / "toy_room.py").write_text(TOY)
    (tmp_path / "toy_other.py").write_text("def shared(x):\n    return x\nwanted = shared\n")
    monkeypatch.syspath_prepend(tmp_path)
    import toy_room

    yield toy_room
    for name in ("toy_room", "toy_other"):
        sys.modules.pop(name, None)


def test_constants_classes_decorators_and_mutual_recursion_come_along(toy):
    found = solving.solution(toy.plain)
    assert found.header == "def plain(x, /, *rest, key=SCALE, **more):"
    assert found.body.startswith("    # Why.\n")
    assert set(found.imports) == {"import functools", "import math as m"}
    text = "\n".join([*found.imports, *found.helpers, found.header, found.body])
    assert run(text)["plain"]([]) == 3 * 3 + 1
    assert "def odd(n):" in text
    assert "Vector = list[float]" in text


def test_a_helper_with_a_plain_twin_is_replaced_by_it(toy):
    found = solving.solution(toy.through)
    assert found.helpers == ("def quick(x):\n    return -x",)
    assert run("\n".join([*found.helpers, found.header, found.body]))["through"](3) == -3


def test_two_modules_may_import_the_same(toy):
    found = solving.solution(toy.importing)
    assert sorted(found.imports) == ["import functools", "import math", "import numpy as np"]


def test_one_name_for_two_things_is_refused(toy):
    with pytest.raises(CourseError, match=r"called `need_array` \(.*\): one of them needs another"):
        solving.solution(toy.confusing)


def test_other_packages_are_imported_as_the_module_does(toy):
    found = solving.solution(toy.clashing)
    assert "from toy_other import shared" in found.imports


def test_what_is_no_function_of_a_module_is_refused(toy):
    with pytest.raises(CourseError, match="its source cannot be put into a notebook"):
        solving.solution(toy.Table)


# The command --------------------------------------------------------------------------------------


def test_the_copy_is_written_and_the_notebook_stays(command, write_notebook, tmp_path):
    notebook = write_notebook(IMPORTS, STUB)
    before = notebook.read_bytes()
    said = command("solve", notebook, "-o", tmp_path / "solved.ipynb")
    assert said == (0, f"{tmp_path / 'solved.ipynb'}: solved relu.\n", "")
    assert notebook.read_bytes() == before
    solved = nbformat.read(tmp_path / "solved.ipynb", 4)
    nbformat.validate(solved)
    assert "np.maximum" in solved.cells[1].source


def test_a_folder_gets_the_copy_under_the_same_name(command, write_notebook, tmp_path):
    (tmp_path / "solved").mkdir()
    assert command("solve", write_notebook(IMPORTS, STUB), "-o", tmp_path / "solved").code == 0
    assert (tmp_path / "solved" / "work.ipynb").is_file()


def test_stored_outputs_are_cleared_and_metadata_is_kept(command, write_notebook, tmp_path):
    notebook = write_notebook(IMPORTS, STUB)
    tree = json.loads(notebook.read_text())
    tree["cells"][1] |= {"execution_count": 7, "metadata": {"tags": ["parameters"]}}
    tree["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    notebook.write_text(json.dumps(tree))
    command("solve", notebook, "-o", tmp_path / "solved.ipynb")
    cell = json.loads((tmp_path / "solved.ipynb").read_text())["cells"][1]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert cell["metadata"] == {"tags": ["parameters"]}


def test_execute_stores_the_outputs(command, write_notebook, tmp_path, state_folder):
    out = tmp_path / "solved.ipynb"
    assert command("solve", write_notebook(IMPORTS, STUB), "-o", out, "--execute").code == 0
    assert "all 4 cases pass" in str(nbformat.read(out, 4).cells[1].outputs)
    assert state_folder() == {}, "solutions are not the student's progress"


def test_a_cell_that_fails_when_executed_is_reported_and_the_copy_is_there(
    command, write_notebook, tmp_path
):
    out = tmp_path / "solved.ipynb"
    said = command("solve", write_notebook(IMPORTS, STUB, "1 / 0"), "-o", out, "--execute")
    assert said.code == 1
    assert said.err.endswith("because it fails: ZeroDivisionError: division by zero.\n")
    assert len(said.err.splitlines()) == 1
    assert "np.maximum" in nbformat.read(out, 4).cells[1].source


def complaint(said):
    """The one sentence of a failed command."""
    assert said.code == 1
    assert said.out == ""
    lines = said.err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("coursekit: ")
    return lines[0].removeprefix("coursekit: ")


def test_an_existing_file_is_only_overwritten_on_request(command, write_notebook, tmp_path):
    notebook, out = write_notebook(IMPORTS, STUB), tmp_path / "there.ipynb"
    out.write_text("mine")
    assert "is there already: --force" in complaint(command("solve", notebook, "-o", out))
    assert out.read_text() == "mine"
    assert command("solve", notebook, "-o", out, "--force").code == 0
    assert "np.maximum" in out.read_text()


def test_the_notebook_itself_is_never_overwritten(command, write_notebook):
    notebook = write_notebook(IMPORTS, STUB)
    before = notebook.read_bytes()
    said = command("solve", notebook, "-o", notebook, "--force")
    assert "is the notebook itself" in complaint(said)
    assert "is the notebook itself" in complaint(command("solve", notebook, "-o", notebook.parent))
    assert notebook.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("{", "broken JSON at line 1"),
        ("[1]", "is JSON but not a notebook"),
        ('{"nbformat": 4, "cells": [1]}', "is not a notebook that Jupyter can read"),
    ],
)
def test_a_file_that_is_no_notebook(command, tmp_path, content, sentence):
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    assert sentence in complaint(command("solve", path, "-o", tmp_path / "out.ipynb"))
    assert not (tmp_path / "out.ipynb").exists()


def test_a_notebook_that_is_missing_and_a_folder_in_its_place(command, tmp_path):
    out = tmp_path / "out.ipynb"
    said = command("solve", tmp_path / "none.ipynb", "-o", out)
    assert "There is no notebook" in complaint(said)
    assert "is a folder: name one notebook" in complaint(command("solve", tmp_path, "-o", out))


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("print('hello')", "There is no exercise in it"),
        (STUB.replace("start.relu", "start.rely"), "did you mean 'start.relu'?"),
        (RELU + "    return (", "Cell 2 is not Python (line 4:"),
    ],
)
def test_a_notebook_that_cannot_be_solved(command, write_notebook, tmp_path, cell, sentence):
    said = command("solve", write_notebook(IMPORTS, cell), "-o", tmp_path / "out.ipynb")
    assert sentence in complaint(said)
    assert not (tmp_path / "out.ipynb").exists()


def test_a_place_that_cannot_be_written(command, write_notebook, tmp_path):
    notebook = write_notebook(IMPORTS, STUB)
    said = command("solve", notebook, "-o", tmp_path / "nowhere" / "out.ipynb")
    assert "There is no folder" in complaint(said)
    said = command("solve", notebook, "-o", "/proc/out.ipynb" if Path("/proc").is_dir() else "/")
    assert "cannot be written" in complaint(said)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_permission(command, write_notebook, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    said = command("solve", write_notebook(IMPORTS, STUB), "-o", locked / "out.ipynb")
    assert "cannot be written: Permission denied" in complaint(said)


def test_a_full_disk_leaves_the_old_file(command, write_notebook, tmp_path, monkeypatch):
    out = tmp_path / "out.ipynb"
    out.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coursekit.solving.notebook.os.replace", full)
    said = command("solve", write_notebook(IMPORTS, STUB), "-o", out, "--force")
    assert "cannot be written: No space left on device" in complaint(said)
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.ipynb", "work.ipynb"]
