"""Notebooks through the whole machinery: from the file to the records."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import toy

from coursekit.errors import CourseError
from coursekit.grading import hidden, isolation, records
from coursekit.grading.installed import folders
from coursekit.grading.notebooks import grade_notebook
from coursekit.grading.process import PlainLauncher
from coursekit.grading.records import Record
from coursekit.grading.submissions import collect

pytestmark = pytest.mark.usefixtures("toy_lesson")


def scale(body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f'@ck.exercise("toy.scale")\ndef scale(x, factor=2.0):\n{lines}'


def grade(folder: Path, *sources: str) -> tuple[Record, Record]:
    toy.hand_in(folder, "ada", [toy.IMPORTS, *sources])
    (first, second), _ = toy.grade_folder(folder, PlainLauncher())
    return first, second


def test_right_answers_get_their_points(tmp_path: Path) -> None:
    first, second = grade(tmp_path, toy.RIGHT_SCALE, toy.RIGHT_SHIFT)
    assert (first.status, first.points, first.reason) == ("passed", 1, "")
    assert (second.status, second.points, second.max_points) == ("passed", 2, 2)
    assert first.isolation == "process"


def test_a_wrong_answer_is_named_with_its_misconception(tmp_path: Path) -> None:
    first, _ = grade(tmp_path, scale("return x + factor"))
    assert (first.status, first.points, first.misconception) == ("failed", 0, "adds")
    assert first.explanation == "This adds the factor."
    assert first.reason.startswith("Case 1 (by two): The result at [0, 0] is 2, expected 0")


def test_answers_for_the_visible_cases_alone_fail_and_tell_nothing_hidden(tmp_path: Path) -> None:
    table = "if x.shape == (2, 3) and factor == 2.0:\n    return x * 2.0\n"
    table += "if factor == 3.0:\n    return x * 3.0\nreturn np.zeros_like(x)"
    first, _ = grade(tmp_path, scale(table))
    assert first.status == "failed"
    assert first.reason == "Hidden case 1: `scale` returns wrong values."


def test_a_message_cannot_carry_hidden_inputs_out(tmp_path: Path) -> None:
    leak = (
        "if x.shape != (2, 3) and factor != 3.0:\n    raise type(str(x), (Exception,), {})(str(x))"
    )
    first, _ = grade(tmp_path, scale(f"{leak}\nreturn x * factor"))
    assert first.status == "error"
    assert first.reason == "Hidden case 1: `scale` raises an exception."


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("os._exit(len(str(x)) % 256)", "Python ended in hidden case 1."),
        ("raise ValueError", "Hidden case 1: `scale` raises ValueError."),
    ],
)
def test_how_or_where_it_ends_cannot_carry_hidden_inputs_out(
    end: str, reason: str, tmp_path: Path
) -> None:
    leak = f"import os\nif x.shape != (2, 3) and factor != 3.0:\n    {end}\nreturn x * factor"
    first, _ = grade(tmp_path, scale(leak))
    assert (first.status, first.reason) == ("error", reason)


def test_an_import_from_the_future_holds_for_all_that_follows(tmp_path: Path) -> None:
    future = "from __future__ import annotations"
    table = "import dataclasses\n@dataclasses.dataclass\nclass Node:\n    after: Node = None"
    answer = scale("Node()\nreturn x * factor").replace("factor=2.0", "factor: Unknown = 2.0")
    first, _ = grade(tmp_path, future, table, answer)
    assert (first.status, first.reason) == ("passed", "")
    first, _ = grade(tmp_path, table, answer)
    assert first.status == "error"


def test_display_is_there_as_in_a_notebook(tmp_path: Path) -> None:
    answer = scale("display(x)\nreturn x * factor")
    later = "from IPython.display import display\ndisplay(1)"
    first, _ = grade(tmp_path, answer, later)
    assert (first.status, first.reason) == ("passed", "")


def test_a_stub_is_not_attempted_and_using_it_elsewhere_is_an_error(tmp_path: Path) -> None:
    using = '@ck.exercise("toy.shift")\ndef shift(x):\n    return np.roll(scale(x), 1)'
    first, second = grade(tmp_path, toy.STUB_SCALE, using)
    assert (first.status, first.reason) == ("not_attempted", "`scale` is not written yet.")
    assert second.status == "error"
    assert "`scale` is used here but is not written yet." in second.reason


def test_demos_are_not_run(tmp_path: Path) -> None:
    demo = "x = np.ones(3)\nwhile True:\n    scale(x)"
    first, second = grade(tmp_path, toy.RIGHT_SCALE, demo, toy.RIGHT_SHIFT)
    assert (first.status, second.status) == ("passed", "passed")


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("while True:\n    pass", "timeout", "Stopped after 2.0 s in case 1."),
        ("return np.ones(10**9)", "memory", "Used more than 256 MB."),
        ("import os\nos._exit(0)", "error", "Python ended in case 1 (exit status 0)."),
        ("import os\nos.abort()", "error", "Python ended in case 1 (SIGABRT)."),
        ("return 1 / 0", "error", "Case 1 (by two): ZeroDivisionError: division by zero (cell 2"),
        ("import sys\nsys.exit()", "error", "Case 1 (by two): SystemExit"),
        ("return scale(x)", "error", "Case 1 (by two): RecursionError"),
        ("x *= factor\nreturn x", "failed", "Case 1 (by two): The call changed its argument `x`"),
        ("import torch\nreturn x", "failed", "`scale` uses torch; allowed: numpy."),
        ("return undefined", "error", "Case 1 (by two): NameError"),
        ("print('y' * 10**7)\nreturn x * factor", "passed", ""),
    ],
)
def test_each_end_has_its_status_and_others_are_still_graded(
    tmp_path: Path, body: str, status: str, reason: str
) -> None:
    first, second = grade(tmp_path, scale(body), toy.RIGHT_SHIFT)
    assert first.status == status
    assert first.reason.startswith(reason)
    assert second.status == "passed"


def test_a_cell_that_never_ends_is_stopped_while_it_is_loaded(tmp_path: Path) -> None:
    first, _ = grade(tmp_path, "while True:\n    N = 1", scale("return x * N"))
    assert first.status == "timeout"
    assert first.reason == "Stopped after 2.0 s while the cells were loaded."


def drawn(secret: bytes, student: str, tier: str) -> bytes:
    cases = hidden.draw(secret, student, toy.SCALE, tier)
    return b"".join(case.args[0].tobytes() for case in cases)


@pytest.mark.parametrize("tier", ["sealed", "process"])
def test_the_same_secret_gives_the_same_hidden_cases(tier: str) -> None:
    assert drawn(b"a", "ada", tier) == drawn(b"a", "ada", tier)
    assert len({drawn(b"a", "ada", tier), drawn(b"b", "ada", tier), drawn(b"a", "bob", tier)}) == 3


def test_without_a_boundary_every_student_has_hidden_cases_of_their_own() -> None:
    students = [f"student-{number}" for number in range(500)]
    assert len({drawn(b"a", student, "process") for student in students}) == 500
    assert len({drawn(b"a", student, "sealed") for student in students}) == hidden.DRAWS


def test_prepared_hidden_cases_are_those_that_are_drawn_and_are_prepared_once() -> None:
    made = {}
    for student in map(str, range(200)):
        found = hidden.prepared(b"a", student, toy.SCALE, "sealed")
        assert found is not None
        made[id(found)] = found
        calls = b"".join(case.args[0].tobytes() for case in found.exercise.visible)
        assert calls == drawn(b"a", student, "sealed")
        for case in found.exercise.visible:
            assert np.array_equal(case.expected, toy.scale(*case.args))
    assert len(made) == hidden.DRAWS


def test_bad_submissions_are_listed_and_stop_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    toy.hand_in(folder, "ada", [toy.RIGHT_SCALE, toy.RIGHT_SHIFT])
    toy.hand_in(folder, "bob", ["x = 1"], name="other.ipynb")
    toy.hand_in(folder, "fay", ["x = 1"])
    (folder / "cyd").mkdir()
    (folder / "dan").mkdir()
    (folder / "dan" / "99_toy.ipynb").write_text("{")
    (folder / "eve").symlink_to(folder / "ada")
    graded, problems = toy.grade_folder(folder, PlainLauncher())
    reasons = {p.path: p.reason for p in problems}
    assert reasons == {
        "bob/other.ipynb": "other.ipynb holds no exercise of this course.",
        "cyd": "The folder holds no notebook.",
        "eve": "It is a symbolic link: left out.",
    }
    by_student = {r.student: r for r in graded if r.exercise == "toy.scale"}
    assert by_student["ada"].status == "passed"
    assert (by_student["bob"].status, by_student["bob"].points) == ("ungraded", None)
    assert (by_student["cyd"].status, by_student["cyd"].points) == ("missing", 0)
    assert by_student["fay"].status == "missing"
    assert by_student["fay"].reason == "`scale` is not in the notebook."
    broken = by_student["dan"]
    assert broken.status == "ungraded"
    assert broken.reason == "99_toy.ipynb is not a notebook: broken JSON at line 1."


def test_results_and_grades_are_written(tmp_path: Path) -> None:
    made = [
        Record("=HYPERLINK(1)", "toy", "toy.scale", 1, 1, "passed", isolation="process"),
        Record("=HYPERLINK(1)", "toy", "toy.shift", None, 2, "ungraded", "because \ud800"),
    ]
    records.write(tmp_path, made, [])
    tree = json.loads((tmp_path / "results.json").read_text())
    assert tree["records"][0]["exercise"] == "toy.scale"
    rows = list(csv.reader((tmp_path / "grades.csv").read_text().splitlines()))
    assert rows[0][:4] == ["student", "toy.scale", "toy.shift", "total"]
    assert rows[1] == ["'=HYPERLINK(1)", "1", "", "1", "3", "1", "process"]
    text = (tmp_path / "grades.csv").read_text()
    assert text.splitlines()[1].startswith('"\'=HYPERLINK(1)",1,')  # also where ; separates


def test_one_notebook_is_graded_on_the_visible_cases(tmp_path: Path) -> None:
    table = "return np.arange(6.0).reshape(2, 3) * 2 if x.ndim == 2 else x * 3"
    path = toy.hand_in(tmp_path, "ada", [toy.IMPORTS, scale(table), toy.STUB_SHIFT])
    assert [r.status for r in grade_notebook(path)] == ["passed", "not_attempted"]


def test_a_notebook_of_another_course_is_one_sentence(tmp_path: Path) -> None:
    path = toy.hand_in(tmp_path, "ada", ["x = 1"], name="other.ipynb")
    with pytest.raises(CourseError, match=r"other\.ipynb holds no exercise of this course\."):
        grade_notebook(path)


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="holds no submissions"):
        collect(tmp_path)
    with pytest.raises(CourseError, match="does not exist"):
        collect(tmp_path / "nowhere")


@pytest.mark.parametrize("tier", isolation.TIERS)
def test_what_no_process_has_imported_beforehand_is_there(tier: str, tmp_path: Path) -> None:
    if problem := isolation.problem(tier):
        pytest.skip(problem)
    body = """import random, statistics, tempfile
np.random.default_rng().normal()
np.testing.assert_array_equal(np.fft.ifft(np.fft.fft(x)).real.round(6), x.round(6))
return np.ma.masked_array(x * factor).filled() + 0 * random.random() * statistics.mean([1, 2])"""
    toy.hand_in(tmp_path, "ada", [toy.IMPORTS, scale(body)])
    launcher = isolation.launcher(tier)
    try:
        (first, _), _ = toy.grade_folder(tmp_path, launcher)
    finally:
        launcher.close()
    assert (first.status, first.reason) == ("passed", "")


def test_hostile_values_are_no_evidence(tmp_path: Path) -> None:
    liar = "class Liar(np.ndarray):\n    def __eq__(self, other):\n        return True"
    first, _ = grade(tmp_path, liar, scale("return np.zeros(3).view(Liar)"))
    assert first.status == "failed"
    assert "return a plain NumPy array" in first.reason


def test_toy_reference_is_right() -> None:
    assert np.array_equal(toy.scale(np.ones(2)), [2.0, 2.0])


def test_the_child_sees_the_students_part_of_the_course_alone(tmp_path: Path) -> None:
    body = "import importlib\nimportlib.import_module('coursekit.core.spec')\nreturn x * factor"
    first, _ = grade(tmp_path, scale(body))
    assert first.status == "error"
    assert "ModuleNotFoundError" in first.reason
    assert "No module named 'coursekit.core'" in first.reason


def test_the_channel_works_over_a_port_as_well() -> None:
    launcher = PlainLauncher()
    config = {"paths": folders(["numpy"]), "packages": ["numpy"], "memory_mb": 256}
    child = launcher._start_over_port(config)
    assert child.end() == "SIGKILL"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return np.zeros(10**6)", "The result has shape (1000000,), expected (2, 3)."),
        ("return [0.5] * 300_000", "The result is a list where a NumPy array is due"),
        ("return {n: n for n in range(5000)}", "The result is a dict where a NumPy array is due."),
    ],
)
def test_too_much_is_named_as_any_other_wrong_answer(
    tmp_path: Path, body: str, reason: str
) -> None:
    first, _ = grade(tmp_path, scale(body))
    assert first.status == "failed"
    assert reason in first.reason
