"""What a student meets: stubs, checks, hints and sentences about common accidents."""

import numpy as np
import pytest

import coursekit as ck
from coursekit.convolution import output_size as reference_output_size
from coursekit.core.feedback import Feedback
from coursekit.errors import CourseError


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_STATE", str(tmp_path))
    monkeypatch.setattr("coursekit.core.progress._session", {})


def stub():
    @ck.exercise("convolution.output_size")
    def output_size(n, kernel, stride=1, padding=0):
        """Count positions."""
        raise NotImplementedError

    return output_size


def relu(function):
    return ck.exercise("start.relu")(function)


def test_a_stub_falls_back_to_the_reference_and_says_so_once(capsys):
    output_size = stub()
    assert output_size(7, 3) == reference_output_size(7, 3)
    assert output_size(9, 3, 2) == reference_output_size(9, 3, 2)
    assert capsys.readouterr().out.count("not written yet") == 1


def test_checking_a_stub_is_not_attempted(capsys):
    feedback = stub().check()
    assert feedback.status == "not_attempted"
    assert "not attempted" in capsys.readouterr().out


def test_the_students_own_function_is_called_once_it_is_written():
    @relu
    def mine(x):
        return x - 1

    np.testing.assert_array_equal(mine(np.array([3.0])), [2.0])


def test_after_a_failed_check_calls_use_the_reference_and_mine_the_students(capsys):
    @relu
    def mine(x):
        return x - 1

    assert mine.check().status == "failed"
    np.testing.assert_array_equal(mine(np.array([3.0])), [3.0])
    np.testing.assert_array_equal(mine(np.array([-3.0])), [0.0])
    np.testing.assert_array_equal(mine.mine(np.array([3.0])), [2.0])
    shown = capsys.readouterr().out
    assert shown.count("relu does not pass its check yet: using the course's version.") == 1
    assert "relu.mine(...) calls yours" in shown


def test_a_crashing_answer_does_not_stop_later_cells():
    @relu
    def mine(x):
        raise ValueError("not yet")

    mine.check()
    np.testing.assert_array_equal(mine(np.array([3.0])), [3.0])


def test_inside_a_check_a_failed_helper_is_the_students_own():
    @ck.exercise("convolution.output_size")
    def output_size(n, kernel, stride=1, padding=0):
        return 7

    assert output_size.check().status == "failed"

    @relu
    def uses_it(x):
        return np.maximum(x, 0) + output_size(5, 3)

    found = uses_it.check().verdict.first_failure
    np.testing.assert_array_equal(found.outcome.value, [7, 7, 10])


def test_a_right_answer_passes_and_is_remembered():
    @relu
    def mine(x):
        return np.where(x > 0, x, 0)

    assert mine.check().passed
    assert "[x] relu: done" in str(ck.progress())


def test_a_wrong_answer_shows_call_values_and_why(capsys):
    @relu
    def mine(x):
        return abs(x)

    assert mine.check().status == "failed"
    shown = capsys.readouterr().out
    assert "relu(x=[-2., 0., 3.])" in shown
    assert "The result at [0] is 2, expected 0" in shown
    assert "absolute value" in shown
    assert "[!] relu: wrong" in str(ck.progress())


def accidents():
    def returns_none(x):
        np.maximum(x, 0)

    def returns_list(x):
        return [max(v, 0) for v in x.ravel()]

    def wrong_shape(x):
        return np.maximum(x, 0).reshape(-1, 1)

    def wrong_dtype(x):
        return np.maximum(x, 0).astype(int)

    def gives_nan(x):
        return np.where(x < 0, np.nan, x)

    def changes_input(x):
        x[x < 0] = 0
        return x

    def raises(x):
        return x.relu()

    def wrong_parameters():
        return None

    output_size = stub()

    def uses_unwritten_helper(x):
        return output_size(3, 2)

    return [
        (returns_none, "failed", "is a `return` missing?"),
        (returns_list, "failed", "np.array"),
        (wrong_shape, "failed", "has shape (3, 1), expected (3,)"),
        (wrong_dtype, "failed", "expected floating-point numbers"),
        (gives_nan, "failed", "has NaN at [0]"),
        (changes_input, "failed", "changed its argument `x` in place"),
        (raises, "error", "has no attribute 'relu'"),
        (wrong_parameters, "error", "takes 0 positional arguments but 1 was given"),
        (uses_unwritten_helper, "error", "`output_size` is used here but is not written yet"),
    ]


@pytest.mark.parametrize(
    ("function", "status", "words"), accidents(), ids=lambda item: getattr(item, "__name__", None)
)
def test_each_accident_has_its_own_sentence(function, status, words, capsys):
    feedback = relu(function).check()
    assert feedback.status == status
    assert words in capsys.readouterr().out


def test_the_traceback_shows_only_the_students_lines(capsys):
    def helper(values):
        return values[99]

    @relu
    def mine(x):
        return helper(x)

    mine.check()
    shown = capsys.readouterr().out
    assert "in mine: return helper(x)" in shown
    assert "in helper: return values[99]" in shown
    assert "calling.py" not in shown
    assert "judging" not in shown


def test_printing_in_a_loop_is_counted_not_shown(capsys):
    @relu
    def mine(x):
        for i in range(1000):
            print("row", i)
        return np.maximum(x, 0)

    assert mine.check().passed
    shown = capsys.readouterr().out
    assert "row 5" not in shown
    assert "printed 4000 lines" in shown


def test_a_little_printing_is_shown(capsys):
    @relu
    def mine(x):
        print("shape", x.shape)
        return np.maximum(x, 0)

    mine.check()
    assert "shape (3,)" in capsys.readouterr().out


def test_hints_come_one_after_the_other(capsys):
    output_size = stub()
    for number in (1, 2, 2):
        output_size.hint()
        assert f"Hint {number} of 2" in capsys.readouterr().out


def test_an_unknown_exercise_is_refused_with_the_nearest_names():
    with pytest.raises(CourseError, match=r"did you mean 'convolution.conv2d'"):
        ck.exercise("convolution.conv2")
    with pytest.raises(CourseError, match="no exercise 3"):
        ck.exercise(3)


def test_decorating_something_else_than_a_function_is_refused():
    with pytest.raises(CourseError, match="goes above a function"):
        ck.exercise("start.relu")(3)


def test_decorating_twice_keeps_one_layer():
    twice = relu(relu(lambda x: np.maximum(x, 0)))
    assert twice.check().passed


def test_two_cells_with_the_same_exercise_are_announced(monkeypatch, capsys):
    cells = iter(["a", "a", "b"])
    monkeypatch.setattr("coursekit.core.display.current_cell", lambda: next(cells))
    monkeypatch.setattr("coursekit.core.student._cells", {})
    stub()
    stub()
    assert capsys.readouterr().out == ""
    stub()
    assert "written in two cells" in capsys.readouterr().out


def test_what_a_student_writes_cannot_become_markup():
    @relu
    def mine(x):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x>")

    html = mine.check().html()
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_a_check_shows_itself_once():
    feedback = stub().check()
    assert isinstance(feedback, Feedback)
    assert repr(feedback) == "<convolution.output_size: not_attempted>"
    assert feedback._ipython_display_() is None


def test_a_home_that_cannot_be_written_does_not_spoil_a_check(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("COURSEKIT_STATE", str(blocked / "below"))
    assert relu(lambda x: np.maximum(x, 0)).check().passed
    assert "[x] relu: done" in str(ck.progress())
