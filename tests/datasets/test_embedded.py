"""The images that are always there."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from coursekit.datasets import area_downscale, digits, photograph
from coursekit.errors import CourseError


def test_digits_are_small_grey_images_with_labels():
    images, labels = digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 16)
    assert labels.dtype == np.int64
    assert labels[:10].tolist() == list(range(10))
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_parts_of_the_digits_follow_each_other():
    whole, train, test = digits(), digits("train"), digits("test")
    assert len(test.labels) == 500
    np.testing.assert_array_equal(np.concatenate([train.images, test.images]), whole.images)
    np.testing.assert_array_equal(np.concatenate([train.labels, test.labels]), whole.labels)


@pytest.mark.parametrize("name", ["china", "flower"])
def test_a_photograph_is_colour_between_0_and_1(name):
    image = photograph(name)
    assert image.shape == (427, 640, 3)
    assert image.dtype == np.float64
    assert 0 <= image.min() < 0.05
    assert 0.95 < image.max() <= 1


def test_uint8_and_float64_hold_the_same_photograph():
    exact, rounded = photograph("china", 100), photograph("china", 100, dtype="uint8")
    assert rounded.dtype == np.uint8
    assert np.abs(exact * 255 - rounded).max() <= 0.5


def test_grey_weighs_the_colours_as_the_eye_does():
    colour, grey = photograph("flower"), photograph("flower", grey=True)
    assert grey.shape == (427, 640)
    expected = 0.299 * colour[..., 0] + 0.587 * colour[..., 1] + 0.114 * colour[..., 2]
    np.testing.assert_allclose(grey, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("size", "shape"), [(64, (43, 64, 3)), ((30, 50), (30, 50, 3)), (640, (427, 640, 3))]
)
def test_size_is_the_longer_side_or_height_and_width(size, shape):
    assert photograph("china", size).shape == shape


def test_downscaling_by_a_whole_number_averages_blocks():
    image = np.arange(24.0).reshape(4, 6)
    expected = [[np.mean(image[:2, :3]), np.mean(image[:2, 3:])]]
    expected += [[np.mean(image[2:, :3]), np.mean(image[2:, 3:])]]
    np.testing.assert_allclose(area_downscale(image, (2, 2)), expected)


def test_downscaling_by_a_fraction_shares_pixels_by_area():
    # Three pixels onto two: the middle one belongs half to each.
    row = np.array([[1.0, 2.0, 6.0]])
    np.testing.assert_allclose(
        area_downscale(row, (1, 2)), [[(1 + 0.5 * 2) / 1.5, (0.5 * 2 + 6) / 1.5]]
    )


def test_downscaling_keeps_the_mean():
    image = np.random.default_rng(0).random((37, 53, 3))
    np.testing.assert_allclose(
        area_downscale(image, (11, 17)).mean(axis=(0, 1)), image.mean(axis=(0, 1))
    )


@pytest.mark.parametrize("value", [1.0, 1 / 3, 254.99999999999997])
def test_downscaling_never_leaves_the_range_of_the_image(value):
    small = area_downscale(np.full((53, 37), value), (7, 11))
    assert (small == value).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: digits("valid"), "choose one of all, train, test"),
        (lambda: photograph("dog"), "choose one of china, flower"),
        (lambda: photograph("china", 641), "choose a number from 1 to"),
        (lambda: photograph("china", 0), "choose a number from 1 to"),
        (lambda: photograph("china", (10, 10, 3)), r"whole number or \(height, width\)"),
        (lambda: photograph("china", 10.5), r"whole number or \(height, width\)"),
        (lambda: photograph("china", dtype="float16"), "'float64' or 'uint8', not 'float16'"),
    ],
)
def test_what_is_not_offered_is_one_sentence(call, sentence):
    with pytest.raises(CourseError, match=sentence):
        call()


def test_without_scikit_learn_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr("coursekit.datasets.embedded.find_spec", lambda name: None)
    with pytest.raises(CourseError, match="pip install scikit-learn"):
        digits()


def test_importing_the_data_sets_is_light():
    heavy = "{'sklearn', 'PIL', 'pooch', 'requests', 'torch', 'rich'}"
    code = f"import sys, coursekit.datasets; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
