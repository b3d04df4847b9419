from __future__ import annotations

import pytest
import toy

from coursekit.grading import names
from coursekit.grading.names import Found
from coursekit.grading.notebook import Cell


def find(*sources: str) -> Found:
    code = names.analyse([Cell(n, source) for n, source in enumerate(sources, 1)])
    return names.find(code, toy.SCALE)


def text(found: Found) -> str:
    return "\n".join(piece[2] for piece in found.pieces)


def test_only_what_the_exercise_uses_is_kept() -> None:
    found = find(
        "import numpy as np, os\nimport matplotlib.pyplot as plt",
        "FACTOR = 2\ndef helper(x):\n    return np.asarray(x) * FACTOR",
        "x = np.ones(10**9)\nplt.plot(x)",
        '@ck.exercise("toy.scale")\ndef scale(x, factor=2.0):\n    return helper(x)',
        "scale.check()",
    )
    kept = text(found)
    assert "FACTOR = 2" in kept
    assert "def helper" in kept
    assert "import numpy as np" in kept
    assert "10**9" not in kept, "a demo's x must not be mistaken for the parameter x"
    assert "plt" not in kept
    assert "os" not in kept
    assert "check" not in kept


def test_helpers_may_stand_in_later_cells() -> None:
    found = find(toy.RIGHT_SCALE.replace("x * factor", "late(x)"), "def late(x):\n    return x")
    assert "def late" in text(found)


def test_a_constant_that_is_built_step_by_step_is_kept_whole() -> None:
    found = find(
        "TABLE = []",
        "TABLE.append(1)\nTABLE[0] = 3\nTABLE += [4]\nprint(TABLE)",
        toy.RIGHT_SCALE.replace("x * factor", "x * TABLE[0]"),
    )
    assert text(found).startswith("TABLE = []\nTABLE.append(1)\nTABLE[0] = 3\nTABLE += [4]\n")
    assert "print" not in text(found)


def test_line_numbers_are_those_of_the_cell() -> None:
    found = find("\n\n# remark\n" + toy.RIGHT_SCALE)
    file, line, source, exercise, name = found.pieces[0]
    assert (file, line, exercise, name) == ("cell 1", 4, "toy.scale", "scale")
    assert source.splitlines()[1].startswith("def scale")


def test_the_last_of_two_definitions_counts_and_the_record_says_so() -> None:
    found = find(toy.STUB_SCALE, toy.RIGHT_SCALE)
    assert not found.stub
    assert "NotImplementedError" not in text(found)
    assert found.remark == "Written more than once (cells 1 and 2): the last one counts."


def test_the_id_counts_not_the_name() -> None:
    assert find(toy.RIGHT_SCALE.replace("def scale", "def my_scale")).name == "my_scale"


def test_without_decorator_the_name_is_enough() -> None:
    found = find("def scale(x, factor=2.0):\n    return x * factor")
    assert found.pieces
    assert "missing" in found.remark


def test_a_renamed_function_without_decorator_is_named() -> None:
    found = find("def Scale(x, factor=2.0):\n    return x * factor")
    assert found.problem == "`scale` is not defined: found `Scale`."


@pytest.mark.parametrize(
    "other",
    [
        "%matplotlib inline\n!pip install torch",
        "%%bash\nrm -rf /",
        "%%time\ntotal = sum(range(10))",
        "files = !ls",
        "scale?",
        "await something()",
        "name = input('who? ')",
        "def broken(:\n    pass",
        "if True:\n  x = 1\n y = 2",
        "\0",
        "x = " + "(" * 500 + ")" * 500,
    ],
)
def test_other_cells_do_no_harm(other: str) -> None:
    found = find(toy.IMPORTS, other, toy.RIGHT_SCALE)
    assert [piece[3] for piece in found.pieces] == ["toy.scale"]
    assert not found.problem


def test_a_magic_in_the_cell_of_the_exercise_does_no_harm() -> None:
    found = find("%load_ext autoreload\n" + toy.RIGHT_SCALE + "\n%timeit scale(np.ones(3))")
    assert [piece[3] for piece in found.pieces] == ["toy.scale"]
    assert found.pieces[0][1] == 2


def test_a_cell_that_does_not_parse_is_the_reason_if_it_holds_the_exercise() -> None:
    found = find(toy.RIGHT_SCALE + "\nreturn x +")
    assert found.problem.startswith("Cell 1 is not Python: line 4")


def test_a_package_that_is_not_allowed_is_found_where_it_is_used() -> None:
    inside = '@ck.exercise("toy.scale")\ndef scale(x):\n    import torch\n    return x'
    assert find(inside).package == "torch"
    assert find("import torch", toy.RIGHT_SCALE).package is None
    assert find("import torch as t", toy.RIGHT_SCALE.replace("x *", "t.tensor(x) *")).package
    reference = "from coursekit.toy import scale as right"
    found = find(reference, toy.RIGHT_SCALE.replace("x * factor", "right(x)"))
    assert found.package == "coursekit"
    assert find("import coursekit as ck", toy.RIGHT_SCALE).package is None


def test_a_stub_is_recognised() -> None:
    assert find(toy.STUB_SCALE).stub
    assert not find(toy.RIGHT_SCALE).stub


def test_an_exercise_that_is_used_by_another_is_kept_with_its_id() -> None:
    code = names.analyse([Cell(1, toy.STUB_SCALE), Cell(2, toy.RIGHT_SHIFT + " + scale(x)")])
    found = names.find(code, toy.SHIFT)
    assert [piece[3] for piece in found.pieces] == ["toy.scale", "toy.shift"]
