"""The answers to the audit and to "check yourself", computed from the reference."""

from __future__ import annotations

import numpy as np
import pytest

from coursekit.convolution import conv_parameters, correlate2d, lecture, output_size
from coursekit.convolution.quiz import AUDIT, CHECK_YOURSELF
from coursekit.convolution.reference import correlate_nd, receptive_field


def _wrong_cells():
    mine = correlate2d(lecture.IMAGE, lecture.BLUR, 1, 1)
    return int((~np.isclose(mine, lecture.PRINTED_BLUR)).sum())


def _learned():
    inner = {"blur": lecture.PRINTED_BLUR, "vertical": lecture.PRINTED_VERTICAL_EDGE}
    return next(
        name
        for name, table in inner.items()
        if (table[1:-1, 1:-1] == lecture.PRINTED_LEARNED).all()
    )


def _edge_factor():
    factors = set()
    for kernel, printed in (
        (lecture.VERTICAL_EDGE, lecture.PRINTED_VERTICAL_EDGE),
        (lecture.HORIZONTAL_EDGE, lecture.PRINTED_HORIZONTAL_EDGE),
    ):
        mine = correlate2d(lecture.IMAGE, kernel, 1, 1)
        assert ((mine == 0) == (printed == 0)).all()
        factors |= set((mine[printed != 0] / printed[printed != 0]).tolist())
    (factor,) = factors
    return factor


def _unchanged():
    kernel = np.array([1.0, 2, 1])
    here, there = np.zeros(6), np.zeros(6)
    here[2] = there[3] = 1
    return int((correlate_nd(here, kernel) == correlate_nd(there, kernel)).sum())


def _same_size():
    settings = [(3, 1, 1), (5, 1, 1), (3, 1, 2), (4, 1, 1), (5, 2, 1)]
    return sum(output_size(7, k, stride, padding) == 7 for k, padding, stride in settings)


AUDIT_ANSWERS = {
    "blur table": _wrong_cells,
    "learned table": _learned,
    "edge tables": _edge_factor,
    "Gaussian": lecture.GAUSSIAN_5.sum,
    "stride formula": lambda: "dilation",
    "pooling formula": lambda: output_size(6, 2, 1),
    "sharing": lambda: output_size(28, 5) ** 2,
    "invariance": _unchanged,
    "same size": _same_size,
}

OWN_ANSWERS = {
    "a": lambda: output_size(224, 7, 2, 3),
    "b": lambda: conv_parameters(64, 128, 3),
    "c": lambda: receptive_field([(3, 1), (2, 2), (3, 1)]),
    "d": lambda: "left",
    "e": lambda: next(p for p in range(9) if output_size(100, 9, 1, p) == 100),
    "f": lambda: 6 // 2,
}


@pytest.mark.parametrize("name", AUDIT_ANSWERS)
def test_the_audit_accepts_what_the_calculation_gives(name):
    assert AUDIT(name, AUDIT_ANSWERS[name]()).state == "right"


@pytest.mark.parametrize("name", OWN_ANSWERS)
def test_check_yourself_accepts_what_the_reference_gives(name):
    assert CHECK_YOURSELF(name, OWN_ANSWERS[name]()).state == "right"


def test_every_question_is_covered():
    assert list(AUDIT.questions) == list(AUDIT_ANSWERS)
    assert list(CHECK_YOURSELF.questions) == list(OWN_ANSWERS)


def test_a_kernel_with_its_one_at_the_right_moves_the_picture_to_the_left():
    image = np.zeros((5, 5))
    image[2, 3] = 1
    kernel = np.zeros((3, 3))
    kernel[1, 2] = 1
    assert np.argwhere(correlate2d(image, kernel, 1, 1)).tolist() == [[2, 2]]


def test_the_stride_formula_of_the_slide_is_a_dilation():
    x, alpha = np.arange(25.0).reshape(5, 5), np.array([[1.0, 2], [3, 4]])
    printed = sum(
        alpha[m, n] * x[2 * m : 2 * m + 3, 2 * n : 2 * n + 3] for m in (0, 1) for n in (0, 1)
    )
    spread = np.zeros((3, 3))
    spread[::2, ::2] = alpha
    assert (printed == correlate2d(x, spread)).all()
