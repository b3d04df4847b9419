"""The lectures' tables: what is printed, what is right, and where the two differ."""

import numpy as np
import pytest

from coursekit.convolution import avg_pool2d, correlate2d, lecture, max_pool2d


def true_convolution(x, kernel, stride=1, padding=0):
    return correlate2d(x, kernel[::-1, ::-1], stride, padding)


@pytest.mark.parametrize(
    ("x", "kernel", "stride", "padding", "printed"),
    [
        (lecture.IMAGE, lecture.CORNER, 1, 0, lecture.PRINTED_CORNER),
        (lecture.IMAGE, lecture.IDENTITY, 1, 1, lecture.IMAGE),
        (lecture.SMALL_IMAGE, np.ones((2, 2)), 2, 0, lecture.PRINTED_STRIDE_2),
        (lecture.SMALL_IMAGE, np.full((2, 2), 0.25), 2, 0, lecture.PRINTED_AVERAGE),
        (lecture.IMAGE_003, lecture.FILTER_1, 1, 0, lecture.PRINTED_MAP_1),
        (lecture.IMAGE_003, lecture.FILTER_2, 1, 0, lecture.PRINTED_MAP_2),
        (lecture.IMAGE_T, lecture.KERNEL_T, 1, 0, lecture.PRINTED_MAP_T),
    ],
)
def test_printed_tables_that_are_right(x, kernel, stride, padding, printed):
    np.testing.assert_allclose(correlate2d(x, kernel, stride, padding), printed, atol=1e-12)


@pytest.mark.parametrize(
    ("pool", "x", "stride", "printed"),
    [
        (max_pool2d, lecture.SMALL_IMAGE, 2, lecture.PRINTED_MAX),
        (avg_pool2d, lecture.SMALL_IMAGE, 2, lecture.PRINTED_AVERAGE),
        (max_pool2d, lecture.RECONSTRUCTED_000, 1, lecture.PRINTED_MAX_000),
        (avg_pool2d, lecture.RECONSTRUCTED_000, 1, lecture.PRINTED_MEAN_000),
    ],
)
def test_printed_pooling_tables_are_right(pool, x, stride, printed):
    np.testing.assert_allclose(pool(x[None, None], 2, stride)[0, 0], printed, atol=1e-12)


def test_the_printed_blur_has_four_wrong_cells():
    right = correlate2d(lecture.IMAGE, lecture.BLUR, 1, 1)
    wrong = np.argwhere(~np.isclose(right, lecture.PRINTED_BLUR))
    assert wrong.tolist() == [[2, 1], [2, 2], [2, 3], [3, 2]]
    np.testing.assert_allclose(right[tuple(wrong.T)], [0.5, 0.6, 0.5, 0.5])
    np.testing.assert_array_equal(lecture.PRINTED_LEARNED, lecture.PRINTED_BLUR[1:6, 1:6])


@pytest.mark.parametrize(
    ("kernel", "printed"),
    [
        (lecture.VERTICAL_EDGE, lecture.PRINTED_VERTICAL_EDGE),
        (lecture.HORIZONTAL_EDGE, lecture.PRINTED_HORIZONTAL_EDGE),
    ],
)
def test_the_printed_edge_tables_are_true_convolution(kernel, printed):
    np.testing.assert_allclose(true_convolution(lecture.IMAGE, kernel, 1, 1), printed)
    np.testing.assert_allclose(correlate2d(lecture.IMAGE, kernel, 1, 1), -printed)


def test_the_printed_gaussian_brightens():
    assert lecture.GAUSSIAN_5.sum() == pytest.approx(2.73)
    assert lecture.SHARPEN.sum() == 1
    assert lecture.EDGE_8.sum() == 0
