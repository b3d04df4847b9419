"""`coursekit check`: what is wrong in a notebook, in words, and the exit status."""

from __future__ import annotations

import pytest

from coursekit import solving
from coursekit.core import registry

IMPORTS = "import numpy as np\nimport coursekit as ck"
RIGHT = "return np.maximum(x, 0)"


def relu(*body):
    lines = "".join(f"    {line}\n" for line in body)
    return f'@ck.exercise("start.relu")\ndef relu(x):\n{lines}'


def result(said):
    """The row of the table for the one exercise."""
    row = next(line for line in said.out.splitlines() if line.startswith("start.relu"))
    return row.removeprefix("start.relu").strip()


def test_everything_right(command, write_notebook):
    said = command("check", write_notebook(IMPORTS, relu(RIGHT)))
    assert (said.code, said.err) == (0, "")
    assert result(said) == "passed"
    assert said.out.endswith("The exercise passes.\n")


def test_a_solved_lesson_passes(command, write_notebook):
    lesson = registry.lesson("convolution")
    stubs = [
        f'@ck.exercise("{item.id}")\n'
        f"def {item.name}{item.signature}:\n    raise NotImplementedError"
        for item in lesson.exercises
    ]
    path = write_notebook(IMPORTS, *stubs)
    notebook = solving.read_notebook(path)
    solving.solve(notebook)
    solving.write_notebook(notebook, path)
    said = command("check", path)
    assert said.code == 0
    assert said.out.endswith("All 8 exercises pass.\n")


def test_an_untouched_notebook_is_not_finished(command, write_notebook):
    said = command("check", write_notebook(IMPORTS, relu("raise NotImplementedError")))
    assert (said.code, said.err) == (1, "")
    assert result(said) == "not attempted"
    assert said.out.endswith("0 of 1 exercises pass; 1 not attempted.\n")


def test_a_wrong_answer_is_explained(command, write_notebook):
    said = command("check", write_notebook(IMPORTS, relu("return np.abs(x)")))
    assert said.code == 1
    assert result(said).split(maxsplit=1) == ["failed", "absolute value"]
    assert "Case 1 (negative, zero, positive (001)): The result at [0] is 2, expected 0" in said.out
    assert "Why: You take the absolute value" in said.out


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (["return None"], "failed", "The result is None where a NumPy array is due"),
        (["return [max(v, 0) for v in x.ravel()]"], "failed", "is a list where a NumPy array is"),
        (["x[x < 0] = 0", "return x"], "failed", "changed its argument `x` in place"),
        (["return np.maximum(y, 0)"], "error", "NameError: name 'y' is not defined"),
        (["return torch.relu(x)"], "error", "NameError: name 'torch' is not defined"),
        (["import torch", "return torch.relu(x)"], "failed", "uses torch; allowed: numpy"),
        (["from coursekit.start import relu", "return relu(x)"], "failed", "own reference"),
        (["while True:", "    pass"], "timeout", "Stopped after 2.0 s in case 1"),
        (["import os", "os._exit(0)"], "error", "Python ended in case 1"),
    ],
)
def test_other_failures_say_what_happened(command, write_notebook, body, status, reason):
    said = command("check", write_notebook(IMPORTS, relu(*body)))
    assert said.code == 1
    assert result(said).split()[0] == status
    assert reason in said.out
    assert "Traceback" not in said.out + said.err


def test_printing_in_a_loop_is_no_mistake_and_is_not_shown(command, write_notebook):
    loop = relu("for number in range(1000):", "    print('noise', number)", RIGHT)
    said = command("check", write_notebook(IMPORTS, loop))
    assert said.code == 0
    assert "noise" not in said.out + said.err


def test_the_last_of_two_definitions_counts(command, write_notebook):
    wrong, right = relu("return x * 2"), relu(RIGHT)
    said = command("check", write_notebook(IMPORTS, wrong, right))
    assert (said.code, result(said)) == (0, "passed")
    said = command("check", write_notebook(IMPORTS, right, wrong))
    assert (said.code, result(said)) == (1, "failed")
    assert "Written more than once (cells 2 and 3): the last one counts." in said.out


def test_an_unknown_exercise_is_named_beside_the_known_ones(command, write_notebook):
    other = '@ck.exercise("start.rely")\ndef rely(x):\n    return x'
    said = command("check", write_notebook(IMPORTS, relu(RIGHT), other))
    assert "There is no exercise 'start.rely'; did you mean 'start.relu'?" in said.out


def test_an_exercise_that_was_deleted_is_missing(command, write_notebook):
    sizes = (
        '@ck.exercise("convolution.output_size")\n'
        "def output_size(n, kernel, stride=1, padding=0):\n"
        "    return (n + 2 * padding - kernel) // stride + 1"
    )
    said = command("check", write_notebook(IMPORTS, sizes))
    assert said.code == 1
    assert "`conv2d` is not in the notebook." in said.out
    assert said.out.endswith("1 of 8 exercises pass; 7 missing.\n")


def test_demonstrations_are_not_run(command, write_notebook):
    demo = "raise SystemExit('a demonstration ran')\nwhile True: pass"
    assert command("check", write_notebook(IMPORTS, demo, relu(RIGHT), demo)).code == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("{", "broken JSON at line 1"),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n", "contains merge markers"),
        ('{"cells": []}', "holds no exercise of this course"),
    ],
)
def test_a_file_that_cannot_be_checked(command, tmp_path, content, sentence):
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    said = command("check", path)
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1


def test_a_notebook_that_is_missing_and_a_folder_in_its_place(command, tmp_path):
    assert "There is no notebook" in command("check", tmp_path / "none.ipynb").err
    assert "is a folder: name one notebook" in command("check", tmp_path).err
