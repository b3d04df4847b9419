"""The palette, the style and the matplotlib helpers."""

from __future__ import annotations

from itertools import combinations, pairwise

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt

from coursekit import plotting
from coursekit.errors import CourseError
from coursekit.plotting.controls import Choice, Slider, Switch, check_controls
from coursekit.plotting.numbers import format_number

matplotlib.use("Agg")

WHITE, JUPYTERLAB_DARK = "#ffffff", "#111111"

# Machado, Oliveira and Fernandes (2009), severity 1: linear RGB as a person sees it who lacks ...
COLOUR_BLINDNESS = {
    "none": np.eye(3),
    "red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.fixture(autouse=True)
def _fresh_matplotlib():
    with matplotlib.rc_context():
        yield
    plt.close("all")


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a hex code."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast of WCAG 2.1."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("name", plotting.PALETTE)
@pytest.mark.parametrize("ground", [WHITE, JUPYTERLAB_DARK])
def test_every_colour_stands_out_on_light_and_on_dark(name, ground):
    assert contrast(plotting.PALETTE[name], ground) >= 3.0


@pytest.mark.parametrize("kind", COLOUR_BLINDNESS)
def test_colours_stay_apart_in_colour_blindness(kind):
    seen = {
        name: lab(np.array(COLOUR_BLINDNESS[kind]) @ linear(colour))
        for name, colour in plotting.PALETTE.items()
    }
    for one, other in combinations(seen, 2):
        # A difference of about 2 is just visible side by side.
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


def test_series_differ_in_more_than_colour():
    lines = [line for _, line, _ in plotting.CYCLE]
    markers = [marker for _, _, marker in plotting.CYCLE]
    assert len(set(lines)) == len(set(markers)) == len(plotting.CYCLE)


def test_style_gives_lines_colour_and_line_style_together():
    plotting.use_style()
    _, ax = plt.subplots()
    first, second = ax.plot([0, 1], [[0, 1], [1, 0]])
    assert (first.get_color(), first.get_linestyle()) == (plotting.BLUE, "-")
    assert (second.get_color(), second.get_linestyle()) == (plotting.VERMILION, "--")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (3.0, 2, "3"),
        (10.0, 0, "10"),
        (0.25, 2, "0.25"),
        (0.30000000000000004, 2, "0.3"),
        (-1.0, 2, "−1"),
        (-0.001, 2, "0"),
        (2.7349, 2, "2.73"),
        (100.0, 2, "100"),
    ],
)
def test_numbers_are_written_as_short_as_they_can(value, decimals, text):
    assert format_number(value, decimals) == text


def test_a_matrix_shows_its_numbers_and_its_title():
    _, ax = plt.subplots()
    plotting.show_matrix(ax, [[1, -2.5], [0, 1 / 3]], "what to see")
    assert ax.get_title(loc="center") == "what to see"
    assert [text.get_text() for text in ax.texts] == ["1", "−2.5", "0", "0.33"]


def test_a_vector_is_a_matrix_of_one_row():
    _, ax = plt.subplots()
    plotting.show_matrix(ax, [1, 2, 3], "three")
    assert ax.images[0].get_array().shape == (1, 3)


def test_a_large_matrix_shows_no_numbers():
    _, ax = plt.subplots()
    plotting.show_matrix(ax, np.ones((30, 30)), "many")
    assert not ax.texts


@pytest.mark.parametrize("wrong", [np.zeros((2, 2, 2)), np.zeros((0, 3)), 5])
def test_what_is_no_matrix_is_named(wrong):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="must be a non-empty 2-D array, but its shape is"):
        plotting.show_matrix(ax, wrong, "no")


def test_a_signed_map_has_its_zero_in_the_middle():
    _, ax = plt.subplots()
    plotting.show_signed(ax, [[-1, 4]], "signed")
    assert ax.images[0].get_clim() == (-4, 4)


@pytest.mark.parametrize("count", [1, 3, 6])
def test_a_row_of_images_fits_a_laptop(count):
    plotting.image_row([np.zeros((20, 30))] * count, [f"image {i}" for i in range(count)])
    figure = plt.gcf()
    assert figure.get_figwidth() <= 9.0
    assert [ax.get_title(loc="center") for ax in figure.axes] == [
        f"image {i}" for i in range(count)
    ]


def test_a_row_takes_colour_and_signed_images():
    plotting.image_row([np.zeros((4, 4, 3)), np.array([[-2.0, 1.0]])], ["a", "b"], signed=[0, 1])
    assert plt.gcf().axes[1].images[0].get_clim() == (-2, 2)


@pytest.mark.parametrize(("images", "titles"), [([], []), ([np.zeros((2, 2))], ["a", "b"])])
def test_a_row_needs_one_title_for_each_image(images, titles):
    with pytest.raises(ValueError, match="one title for each"):
        plotting.image_row(images, titles)


def test_the_same_figure_gives_the_same_bytes():
    def encode() -> bytes:
        figure, ax = plt.subplots()
        plotting.show_matrix(ax, np.arange(6).reshape(2, 3), "six")
        return plotting.figure_png(figure)

    first = encode()
    assert first == encode()
    assert first.startswith(b"\x89PNG")


SLIDER = Slider("stride", "stride", 1, 3, "pixels")
CHOICE = Choice("kernel", "kernel", (("a", "A"), ("b", "B")), "which")
SWITCH = Switch("flip", "flip", "turn")


@pytest.mark.parametrize(
    ("control", "value", "sentence"),
    [
        (SLIDER, 0, "stride must be a whole number from 1 to 3."),
        (SLIDER, 4, "stride must be a whole number from 1 to 3."),
        (SLIDER, 1.5, "stride must be a whole number from 1 to 3."),
        (SLIDER, True, "stride must be a whole number from 1 to 3."),
        (SLIDER, None, "stride must be a whole number from 1 to 3."),
        (CHOICE, "c", "kernel must be one of: a, b."),
        (CHOICE, 1, "kernel must be one of: a, b."),
        (SWITCH, 1, "flip must be True or False."),
    ],
)
def test_a_control_says_what_it_offers(control, value, sentence):
    with pytest.raises(CourseError) as caught:
        check_controls([control], {control.name: value})
    assert str(caught.value) == sentence


def test_a_slider_takes_numpy_integers():
    assert type(SLIDER.check(np.int64(2))) is int


def test_a_walk_visits_the_ends_and_the_middle():
    assert list(SLIDER.walk()) == [1, 2, 3]
    assert list(CHOICE.walk()) == ["a", "b"]
    assert list(SWITCH.walk()) == [False, True]


def test_matrices_in_a_row_have_cells_of_one_size_and_titles_that_do_not_meet():
    plotting.matrix_row([np.eye(7), np.ones((3, 3)), [1, 2]], ["image", "a rather long title", "y"])
    figure = plt.gcf()
    figure.canvas.draw()
    boxes = [ax.get_window_extent() for ax in figure.axes]
    shapes = [(7, 7), (3, 3), (1, 2)]
    for box, (rows, columns) in zip(boxes, shapes, strict=True):
        assert box.width / columns == pytest.approx(boxes[0].width / 7)
        assert box.height / rows == pytest.approx(boxes[0].height / 7)
        assert box.y1 == pytest.approx(boxes[0].y1)
    titles = [ax._left_title.get_window_extent() for ax in figure.axes]
    assert all(left.x1 < right.x0 for left, right in pairwise(titles))


def test_a_row_of_many_matrices_is_no_wider_than_a_laptop_and_its_numbers_fit():
    plotting.matrix_row([np.full((4, 12), 1.25)] * 3, ["a", "b", "c"])
    figure = plt.gcf()
    figure.canvas.draw()
    assert figure.get_figwidth() <= plotting.figures.LAPTOP_WIDTH + 1e-9
    ax = figure.axes[0]
    cell = ax.get_window_extent().width / 12
    assert all(text.get_window_extent().width < cell for text in ax.texts)


def test_a_matrix_row_without_a_title_for_each_is_refused():
    with pytest.raises(ValueError, match="got 2 matrices and 1 titles"):
        plotting.matrix_row([np.eye(2), np.eye(2)], ["one"])
