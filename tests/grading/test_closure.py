"""A name that is used more than once: what counts is its value when the answer is checked."""

from __future__ import annotations

import pytest
import toy

from coursekit.grading import names
from coursekit.grading.notebook import Cell

CHECK = "scale.check()"
HELPER = "def rate(x):\n    return 2.0"
ANSWER = toy.RIGHT_SCALE.replace("x * factor", "x * rate(factor)")
DEMOS = ["rate = 3", "rate = imread('photo.png')\nrate[0] = 1", "import rate", "a, *rate = [1, 2]"]


def kept(*sources: str) -> list[str]:
    """The statements that the exercise needs, without the answer itself."""
    code = names.analyse([Cell(n, source) for n, source in enumerate(sources, 1)])
    pieces = names.find(code, toy.SCALE).pieces
    return [piece[2] for piece in pieces if not piece[3]]


@pytest.mark.parametrize("demo", DEMOS)
def test_a_demo_above_the_helper_is_left_out(demo: str) -> None:
    assert kept(demo, HELPER, ANSWER, CHECK) == [HELPER]


@pytest.mark.parametrize("demo", [*DEMOS, "def rate():\n    return 'a demo'"])
def test_a_demo_below_the_check_is_left_out(demo: str) -> None:
    assert kept(HELPER, ANSWER, CHECK, demo) == [HELPER]


SURE = ["for rate in range(3):\n    pass", "with open('a') as rate:\n    rate.read()"]
SURE += ["with open('a'):\n    rate = 2", "with open('a') as (b, rate):\n    pass"]
UNSURE = [
    "for rate in [rate]:\n    pass",
    "if True:\n    rate = 2",
    "with open(rate) as rate:\n    b",
]
UNSURE += ["for b in range(3):\n    rate = b", "with open('a'):\n    rate = rate + 1"]


@pytest.mark.parametrize("statement", SURE)
def test_a_loop_or_a_context_gives_its_name_a_new_value(statement: str) -> None:
    assert kept("rate = 3", statement, ANSWER, CHECK) == [statement]


@pytest.mark.parametrize("statement", UNSURE)
def test_what_may_keep_the_old_value_is_kept_with_it(statement: str) -> None:
    assert kept("rate = 3", statement, ANSWER, CHECK) == ["rate = 3", statement]


def test_what_is_built_in_is_not_looked_for_behind_the_check() -> None:
    answer = toy.RIGHT_SCALE.replace("x * factor", "abs(x) * factor")
    assert kept(answer, CHECK, "def abs(x):\n    return 0") == []
    assert kept("def abs(x):\n    return 0", answer, CHECK) == ["def abs(x):\n    return 0"]


def test_without_a_check_the_place_of_the_answer_counts() -> None:
    assert kept(HELPER, ANSWER, "rate = 3") == [HELPER]


def test_the_last_check_counts() -> None:
    better = "def rate(x):\n    return x"
    assert kept(HELPER, ANSWER, CHECK, better, f"print({CHECK})") == [better]


def test_a_helper_between_answer_and_check_counts() -> None:
    better = "def rate(x):\n    return x"
    assert kept(HELPER, ANSWER, better, CHECK) == [better]


def test_a_helper_that_is_only_written_later_is_found() -> None:
    assert kept(ANSWER, CHECK, HELPER) == [HELPER]


def test_a_table_made_at_once_keeps_the_value_it_was_made_from() -> None:
    first, table, second = "size = 3", "rates = [0] * size", "size = 'a demo'"
    answer = toy.RIGHT_SCALE.replace("x * factor", "x * rates[int(factor)]")
    assert kept(first, table, second, answer, CHECK) == [first, table]


def test_a_function_called_for_a_table_sees_what_was_there_then() -> None:
    first, make = "size = 3", "def make():\n    return [0] * size"
    table, second = "rates = make()", "size = 4"
    answer = toy.RIGHT_SCALE.replace("x * factor", "x * rates[0] * size")
    assert kept(first, make, table, second, answer, CHECK) == [first, make, table, second]


def test_a_lambda_sees_later_values() -> None:
    first, later = "rate = lambda x: size", "size = 3"
    assert kept(first, later, ANSWER, CHECK) == [first, later]


def test_a_value_made_from_itself_keeps_the_one_before() -> None:
    first, second = "rate = lambda x: 2", "rate = twice(rate)"
    assert kept("rate = 0", first, second, ANSWER, CHECK) == [first, second]


def test_a_value_given_in_a_branch_keeps_the_one_before() -> None:
    branch = "if rate is None:\n    rate = print"
    assert kept("rate = None", branch, ANSWER, CHECK) == ["rate = None", branch]


def test_of_another_exercise_the_last_answer_counts() -> None:
    answer = toy.RIGHT_SCALE.replace("x * factor", "shift(x) * factor")
    code = names.analyse(
        [Cell(n, s) for n, s in enumerate([toy.STUB_SHIFT, answer, CHECK, toy.RIGHT_SHIFT], 1)]
    )
    pieces = names.find(code, toy.SCALE).pieces
    assert [(piece[0], piece[3]) for piece in pieces] == [
        ("cell 2", "toy.scale"),
        ("cell 4", "toy.shift"),
    ]
