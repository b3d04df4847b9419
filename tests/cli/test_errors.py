"""What a user meets in a terminal: one clear sentence, a status that is not 0, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

IMPORTS = "import numpy as np\nimport coursekit as ck"
RIGHT = '@ck.exercise("start.relu")\ndef relu(x):\n    return np.maximum(x, 0)'
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def sentence(said):
    """The one sentence of a command that failed."""
    assert said.code == 1
    assert said.out == ""
    lines = said.err.splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("coursekit: ")
    assert lines[0].endswith((".", "?"))
    return lines[0]


@pytest.fixture
def submissions(tmp_path, write_notebook):
    """One student who did everything right."""
    (tmp_path / "submissions" / "ada").mkdir(parents=True)
    write_notebook(IMPORTS, RIGHT, name="submissions/ada/00_start_here.ipynb")
    return tmp_path / "submissions"


@pytest.fixture
def grade(command, tmp_path):
    """Run `coursekit grade` on any machine; results go to ``grades`` in the temporary folder."""

    def call(folder, *options):
        out = () if "--out" in options else ("--out", tmp_path / "grades")
        return command("grade", folder, "--isolation", "process", "--workers", "1", *out, *options)

    return call


# Where the submissions are ------------------------------------------------------------------------


def test_an_empty_folder(grade, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "holds no submissions: expected a folder for each student" in sentence(
        grade(tmp_path / "empty")
    )


def test_a_folder_that_does_not_exist(grade, tmp_path):
    assert "does not exist" in sentence(grade(tmp_path / "nowhere"))


def test_a_notebook_in_the_place_of_the_folder(grade, write_notebook):
    said = sentence(grade(write_notebook(IMPORTS, RIGHT)))
    assert "is neither a folder nor a zip archive" in said


def test_students_without_any_exercise_of_the_course(grade, submissions, write_notebook):
    (submissions / "ada" / "00_start_here.ipynb").unlink()
    write_notebook("print('hello')", name="submissions/ada/other.ipynb")
    assert "No submission holds an exercise of this course" in sentence(grade(submissions))


# What is in them ----------------------------------------------------------------------------------


def results(tmp_path):
    tree = json.loads((tmp_path / "grades" / "results.json").read_text())
    return {record["student"]: record for record in tree["records"]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ('{"cells": [', "broken JSON"),
        ("[]", "is JSON but not a notebook"),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n", "contains merge markers"),
    ],
)
def test_a_broken_notebook_is_listed_and_the_others_are_graded(
    grade, submissions, tmp_path, content, reason
):
    (submissions / "bela").mkdir()
    (submissions / "bela" / "00_start_here.ipynb").write_text(content)
    said = grade(submissions)
    assert said.code == 0
    assert "Traceback" not in said.err
    found = results(tmp_path)
    assert found["ada"]["status"] == "passed"
    assert found["bela"]["status"] == "ungraded"
    assert found["bela"]["points"] is None
    assert reason in found["bela"]["reason"]


@pytest.mark.parametrize(
    ("cells", "status", "reason"),
    [
        (
            [RIGHT.replace("start.relu", "start.rely")],
            "missing",
            '`relu` carries the id "start.rely"',
        ),
        ([RIGHT.replace("relu(x)", "reLU(x)")], "passed", ""),
        ([RIGHT.replace("maximum", "minimum"), RIGHT], "passed", "the last one counts"),
        (["print('x'", RIGHT], "passed", ""),
        ([RIGHT + ")"], "error", "Cell 2 is not Python"),
    ],
)
def test_other_notebooks_say_what_is_odd(
    grade, submissions, tmp_path, write_notebook, cells, status, reason
):
    (submissions / "bela").mkdir()
    write_notebook(IMPORTS, *cells, name="submissions/bela/00_start_here.ipynb")
    assert grade(submissions).code == 0
    record = results(tmp_path)["bela"]
    assert record["status"] == status
    assert reason in record["reason"]


# Where the results go -----------------------------------------------------------------------------


def test_a_file_in_the_place_of_the_results(grade, submissions, tmp_path):
    (tmp_path / "taken").write_text("mine")
    sentence(grade(submissions, "--out", tmp_path / "taken"))
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_no_permission_to_write_the_results(grade, submissions, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "Permission denied" in sentence(grade(submissions, "--out", tmp_path / "locked" / "a"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has such a folder")
def test_a_place_where_nobody_can_write(grade, submissions):
    assert "/proc/grades" in sentence(grade(submissions, "--out", "/proc/grades"))


def test_a_key_that_is_none(grade, submissions, tmp_path):
    (tmp_path / "key").write_text("short")
    said = grade(submissions, "--secret-file", tmp_path / "key")
    assert "is not a key: it needs at least 32 characters" in sentence(said)


# The command line itself --------------------------------------------------------------------------


def run(*arguments):
    """Run the command in a process of its own, as in a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "coursekit", *map(str, arguments)], capture_output=True, text=True
    )


def test_the_exit_status_and_the_streams_are_those_of_the_process(tmp_path):
    ran = run("check", tmp_path / "none.ipynb")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("coursekit: There is no notebook")


def test_debug_shows_the_traceback(tmp_path):
    ran = run("--debug", "check", tmp_path / "none.ipynb")
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr


@pytest.mark.parametrize(
    "arguments", [("chek",), ("check",), ("solve", "a.ipynb"), ("--nonsense",)]
)
def test_a_wrong_command_line_shows_how_to_call(arguments):
    ran = run(*arguments)
    assert ran.returncode == 2
    assert "Usage: " in ran.stderr
    assert "Traceback" not in ran.stderr
