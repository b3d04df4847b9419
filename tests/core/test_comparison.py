"""The one comparison: accepts what rounding explains, and names what is wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.core.comparison import compare


@pytest.mark.parametrize(
    "value",
    [3, 2.5, True, "B-PER", None, (1, 2.0), [3, 4], {"W": np.ones(2)}, np.zeros((2, 0))],
)
def test_a_value_agrees_with_itself(value):
    assert compare(value, value) is None


@pytest.mark.parametrize(
    ("expected", "got", "kind", "words"),
    [
        (np.ones(2), None, "type", "return"),
        (np.ones(2), [1.0, 1.0], "type", "np.array"),
        (np.ones(2), "text", "type", "a NumPy array is due"),
        (np.ones((2, 2)), np.ma.array(np.ones((2, 2))), "type", "plain NumPy array"),
        (np.ones((2, 3)), np.ones((3, 2)), "shape", "(3, 2), expected (2, 3)"),
        (np.ones((2, 3)), np.ones((1, 3)), "shape", "(1, 3)"),
        (np.ones(2), np.ones(2, int), "dtype", "floating-point"),
        (np.ones(2), np.ones(2, complex), "dtype", "complex"),
        (np.ones(2), np.ones(2, np.float16), "dtype", "loses precision"),
        (np.ones(2, int), np.ones(2), "dtype", "integers"),
        (np.ones(2), np.array([1.0, np.nan]), "nan", "NaN at [1]"),
        (np.ones(2), np.array([1.0, np.inf]), "value", "inf"),
        (np.ones(2), np.array([1.0, 2.0]), "value", "1 of 2 values"),
        (5, 5.0, "type", "5.0 (float), an integer is due"),
        (5, None, "type", "`return` missing"),
        (5, 6, "value", "6, expected 5"),
        (5, True, "type", "bool"),
        (True, 1, "type", "a bool is due"),
        (2.5, "2.5", "type", "a string"),
        (2.5, float("nan"), "nan", "NaN"),
        (2.5, 2.5 + 1j, "type", "a complex"),
        ((1, 2), [1, 2], "type", "tuple of 2"),
        ((1, 2), (1, 2, 3), "length", "3 items, expected 2"),
        ((1, np.ones(2)), (1, np.zeros(2)), "value", "Result[1] at [0]"),
        ({"W": 1}, {"b": 1}, "length", "keys"),
        ({"W": 1}, [1], "type", "dictionary"),
        ("B-PER", "I-PER", "value", "B-PER"),
        (None, 3, "type", "None is due"),
    ],
)
def test_a_wrong_value_is_named(expected, got, kind, words):
    found = compare(expected, got)
    assert found is not None
    assert found.kind == kind
    assert words in found.sentence


@pytest.mark.parametrize("got", [np.int64(5), np.int32(5), np.array(5)])
def test_numpy_integers_count_as_integers(got):
    assert compare(5, got) is None


def test_double_precision_is_welcome_where_single_is_expected():
    assert compare(np.ones(3, np.float32), np.ones(3)) is None


def test_infinities_and_nans_agree_where_they_are_expected():
    expected = np.array([np.inf, -np.inf, np.nan, 1.0])
    assert compare(expected, expected.copy()) is None
    assert compare(expected, np.array([np.inf, np.inf, np.nan, 1.0])) is not None
    assert compare(expected, np.array([np.inf, -np.inf, 0.0, 1.0])) is not None


def test_an_object_that_claims_equality_is_refused():
    class Liar:
        def __eq__(self, other):
            return True

        def __array__(self, *args, **kwargs):
            return np.ones(2)

    class LyingFloat(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    assert compare(np.ones(2), Liar()) is not None
    assert compare(2.5, LyingFloat(7.0)) is not None
    assert compare(2.5, LyingFloat(2.5)) is not None


@given(
    st.integers(1, 2000),
    st.floats(1e-3, 1e3),
    st.sampled_from([np.float32, np.float64]),
    st.integers(0, 2**32 - 1),
)
def test_the_order_of_summation_never_costs_a_mark(terms, scale, dtype, seed):
    rng = np.random.default_rng(seed)
    products = (rng.normal(size=(6, terms)) * scale).astype(dtype)
    pairwise, one_by_one = products.sum(axis=1), np.cumsum(products, axis=1)[:, -1]
    # The largest sum is at least of the order of one product: the usual case in an exercise.
    pairwise, one_by_one = np.append(pairwise, dtype(scale)), np.append(one_by_one, dtype(scale))
    assert compare(pairwise, one_by_one, terms) is None


def test_the_tolerance_grows_with_the_terms_and_stays_far_below_a_mistake():
    expected = np.ones(4)
    assert compare(expected, expected + 1e-13, terms=100) is None
    assert compare(expected, expected + 1e-13, terms=1) is not None
    assert compare(expected, expected + 1e-8, terms=10_000) is not None


def test_numbers_that_look_alike_are_written_with_more_digits():
    found = compare(np.array([2.0]), np.array([2.0 + 1e-8]))
    assert found.sentence == "The result at [0] is 2.00000001, expected 2."
    found = compare(0.1, 0.1 + 1e-13)
    assert "0.1000000000001" in found.sentence
