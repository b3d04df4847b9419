"""The sliding window's pure function, state by state."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pytest
import torch

from coursekit.convolution import lecture
from coursekit.convolution.explorer import IMAGES, KERNELS, WindowState, window_figure
from coursekit.convolution.explorer.presets import as_grid
from coursekit.convolution.explorer.views import window_controls

SETTINGS = {
    control.name: control.walk() for control in window_controls() if control.name != "image"
}


def numbers(cells):
    """The written numbers of a grid."""
    return np.array([[float(cell.text.replace("−", "-")) for cell in row] for row in cells])


def expected_output(state):
    """The same layer in torch."""
    x, kernel = torch.tensor(state.image).double(), torch.tensor(state.kernel).double()
    if state.flip:
        kernel = kernel.flip(0, 1)
    y = torch.nn.functional.conv2d(
        x[None, None],
        kernel[None, None],
        stride=state.stride,
        padding=state.padding,
        dilation=state.dilation,
    )
    return y[0, 0].numpy()


def span(kernel_size, dilation):
    """Pixels that a dilated kernel covers in one direction."""
    return dilation * (kernel_size - 1) + 1


@pytest.mark.parametrize("image", ["lecture", "counting"])
@pytest.mark.parametrize("kernel", ["corner", "vertical", "counting", "gaussian"])
def test_every_combination_of_settings_shows_the_right_output_or_one_sentence(image, kernel):
    grids = {"image": IMAGES[image].grid, "kernel": KERNELS[kernel].grid}
    for padding, stride, dilation, flip in product(
        SETTINGS["padding"], SETTINGS["stride"], SETTINGS["dilation"], SETTINGS["flip"]
    ):
        state = WindowState(
            **grids, padding=padding, stride=stride, dilation=dilation, flip=flip, row=1, column=2
        )
        figure = window_figure(state)
        if span(len(state.kernel), dilation) > len(state.image) + 2 * padding:
            assert figure.problem.endswith(".")
            assert figure.problem.count(".") == 1
            assert "does not fit" in figure.problem
            assert figure.output == () == figure.terms
            assert figure.shown is figure.chosen is figure.window is figure.value is None
        else:
            expected = expected_output(state)
            assert figure.problem is None
            np.testing.assert_allclose(numbers(figure.output), expected, atol=0.00501)
            assert figure.value == pytest.approx(expected[figure.shown])
            assert sum(term.value for term in figure.terms) == pytest.approx(figure.value)
            assert figure.size_text.split(";")[0].endswith(f"= {expected.shape[0]}")


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("kernel", KERNELS)
def test_every_preset_is_shown(image, kernel):
    state = WindowState(image=IMAGES[image].grid, kernel=KERNELS[kernel].grid)
    figure = window_figure(state)
    np.testing.assert_allclose(numbers(figure.output), expected_output(state), atol=0.00501)
    np.testing.assert_allclose(numbers(figure.kernel), state.kernel, atol=0.00501)
    np.testing.assert_allclose(numbers(figure.image), state.image)


@pytest.mark.parametrize("position", [(0, 0), (1, 1), (2, 2), (0, 2)])
@pytest.mark.parametrize(
    "settings",
    [{}, {"stride": 2, "padding": 1}, {"dilation": 2}, {"flip": True, "dilation": 2, "padding": 2}],
)
def test_the_terms_are_the_pixels_under_the_window(settings, position):
    state = WindowState(
        image=as_grid(np.arange(49).reshape(7, 7)), row=position[0], column=position[1], **settings
    )
    figure = window_figure(state)
    top, left, height, width = figure.window
    padded = np.pad(np.array(state.image), state.padding)
    pixels = padded[top : top + height : state.dilation, left : left + width : state.dilation]
    assert [float(term.pixel) for term in figure.terms] == pixels.ravel().tolist()
    assert [(term.row, term.column) for term in figure.terms] == [
        (top + state.dilation * i, left + state.dilation * j) for i in range(3) for j in range(3)
    ]
    marked = {
        (i, j): cell.tap
        for i, row in enumerate(figure.image)
        for j, cell in enumerate(row)
        if cell.tap >= 0
    }
    assert marked == {(term.row, term.column): term.tap for term in figure.terms}
    kernel_taps = [cell.tap for row in figure.kernel for cell in row if cell.tap >= 0]
    assert kernel_taps == [term.tap for term in figure.terms] == list(range(9))


def test_the_sum_is_written_term_by_term():
    figure = window_figure(WindowState(row=0, column=3))
    written = [f"{term.pixel}·{term.weight}" for term in figure.terms]
    assert written == ["0·0", "0·0", "0·0", "1·0", "1·1", "1·1", "0·0", "1·1", "0·0"]
    assert figure.value_text == "= 3"
    assert figure.summary == (
        "Sliding window: 7×7 image, 3×3 kernel, padding 0, stride 1, dilation 1, not flipped: "
        "5×5 output; output[0, 3] = 0·0 + 0·0 + 0·0 + 1·0 + 1·1 + 1·1 + 0·0 + 1·1 + 0·0 = 3"
    )


def test_negative_weights_stand_in_brackets():
    figure = window_figure(WindowState(kernel=KERNELS["vertical"].grid))
    assert figure.terms[0].weight == "(−1)"


def test_a_rounded_sum_says_so():
    thirds = as_grid(np.full((2, 2), 1 / 3))
    assert window_figure(WindowState(kernel=thirds, row=1, column=2)).value_text == "≈ 0.67"
    exact = WindowState(kernel=KERNELS["blur"].grid, row=1, column=1)
    assert window_figure(exact).value_text == "= 0.6"


@pytest.mark.parametrize(
    ("settings", "printed"),
    [
        ({}, lecture.PRINTED_CORNER),
        (
            {"kernel": as_grid(lecture.VERTICAL_EDGE), "padding": 1, "flip": True},
            lecture.PRINTED_VERTICAL_EDGE,
        ),
        (
            {"kernel": as_grid(lecture.HORIZONTAL_EDGE), "padding": 1, "flip": True},
            lecture.PRINTED_HORIZONTAL_EDGE,
        ),
        (
            {
                "image": as_grid(lecture.SMALL_IMAGE),
                "kernel": KERNELS["ones"].grid,
                "stride": 2,
            },
            lecture.PRINTED_STRIDE_2,
        ),
        (
            {"image": as_grid(lecture.IMAGE_003), "kernel": KERNELS["diagonal"].grid},
            lecture.PRINTED_MAP_1,
        ),
        # The stride formula of lecture 001 is dilation: this is what it gives for stride 2.
        (
            {
                "image": IMAGES["counting"].grid,
                "kernel": KERNELS["counting"].grid,
                "dilation": 2,
            },
            [[82, 92, 102], [132, 142, 152], [182, 192, 202]],
        ),
    ],
    ids=["corner", "vertical flipped", "horizontal flipped", "stride 2", "filter 1", "dilation"],
)
def test_the_tables_of_the_lectures_appear(settings, printed):
    np.testing.assert_array_equal(numbers(window_figure(WindowState(**settings)).output), printed)


def test_the_nearest_output_is_chosen_where_the_position_lies_outside():
    assert window_figure(WindowState(row=9, column=9)).chosen == (4, 4)
    assert window_figure(WindowState(row=9, column=9, stride=3)).chosen == (1, 1)
    assert window_figure(WindowState(row=-1, column=0)).chosen == (0, 0)


def test_the_value_under_the_mouse_is_shown_and_the_chosen_one_kept():
    figure = window_figure(WindowState(row=1, column=1, hover=(0, 3)))
    assert (figure.chosen, figure.shown) == ((1, 1), (0, 3))
    assert figure.value == 3


def test_a_mouse_position_outside_the_output_is_ignored():
    assert window_figure(WindowState(row=1, column=1, hover=(7, 0))).shown == (1, 1)


@pytest.mark.parametrize("padding", SETTINGS["padding"])
def test_the_frame_of_zeros_is_marked(padding):
    cells = window_figure(WindowState(padding=padding)).image
    marked = np.array([[cell.padding for cell in row] for row in cells])
    assert marked.sum() == (7 + 2 * padding) ** 2 - 49
    assert all(cell.text == "0" for row in cells for cell in row if cell.padding)


def test_terms_from_the_padding_are_marked():
    figure = window_figure(WindowState(padding=1))
    assert [term.padding for term in figure.terms] == [
        (term.row == 0 or term.column == 0) for term in figure.terms
    ]
    assert sum(term.padding for term in figure.terms) == 5


@pytest.mark.parametrize("stride", SETTINGS["stride"])
def test_each_output_value_has_a_marked_start(stride):
    figure = window_figure(WindowState(stride=stride, padding=1))
    starts = sum(cell.start for row in figure.image for cell in row)
    assert starts == len(figure.output) * len(figure.output[0])


def test_pixels_that_no_window_reads_are_marked_and_counted():
    state = WindowState(image=IMAGES["diagonals"].grid, stride=2)
    figure = window_figure(state)
    unread = np.array([[cell.unread for cell in row] for row in figure.image])
    assert unread[-1].all()
    assert unread[:, -1].all()
    assert unread.sum() == 11
    assert figure.notes[-1] == "11 pixels of the image are never read (struck through)."
    every = window_figure(replace(state, stride=1))
    assert not any(cell.unread for row in every.image for cell in row)
    assert len(every.notes) == 4


def test_a_dilated_kernel_has_gaps():
    cells = window_figure(WindowState(dilation=3)).kernel
    assert len(cells) == len(cells[0]) == 7
    assert sum(cell.text == "" for row in cells for cell in row) == 49 - 9


def test_the_output_size_is_worked_out_with_the_numbers_of_the_state():
    state = WindowState(padding=1, stride=2, dilation=2)
    assert window_figure(state).size_text == (
        "rows and columns: ⌊(7 + 2·1 − 5) / 2⌋ + 1 = 3; the kernel spans 2·(3 − 1) + 1 = 5 pixels"
    )
    oblong = WindowState(kernel=((1.0, 1.0, 1.0),))
    assert window_figure(oblong).size_text == (
        "rows: ⌊(7 + 2·0 − 1) / 1⌋ + 1 = 7; columns: ⌊(7 + 2·0 − 3) / 1⌋ + 1 = 5"
    )


def test_the_notes_say_what_each_setting_does():
    off = window_figure(WindowState()).notes
    on = window_figure(WindowState(padding=1, stride=2, dilation=2, flip=True)).notes
    for name, without, with_it in zip(
        ("Padding", "Stride", "Dilation", "Flip"), off, on, strict=False
    ):
        assert without.startswith(name)
        assert with_it.startswith(name)
        assert without != with_it
    same = window_figure(WindowState(padding=1)).notes
    assert "as large as the image" in same[0]
    symmetric = window_figure(WindowState(kernel=KERNELS["blur"].grid, flip=True)).notes
    assert "flipping changes nothing" in symmetric[3]


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"dilation": 3, "image": IMAGES["counting"].grid}, "more padding, less dilation or"),
        ({"image": ((1.0, 2.0), (3.0, 4.0))}, "choose more padding or a smaller kernel."),
    ],
)
def test_an_impossible_state_names_a_remedy(settings, remedy):
    figure = window_figure(WindowState(**settings))
    assert remedy in figure.problem
    assert figure.problem in figure.summary
    assert len(figure.image) == len(settings["image"])


@pytest.mark.parametrize("name", ["padding", "stride", "dilation", "flip", "kernel"])
def test_moving_a_control_changes_the_figure(name):
    start = WindowState()
    seen = {window_figure(start)}
    for value in SETTINGS[name]:
        moved = KERNELS[value].grid if name == "kernel" else value
        seen.add(window_figure(replace(start, **{name: moved})))
    assert len(seen) == len(SETTINGS[name])


def test_shades_lie_between_minus_one_and_one():
    figure = window_figure(WindowState(kernel=KERNELS["diagonal"].grid, padding=1))
    for grid in (figure.image, figure.kernel, figure.output):
        shades = [cell.shade for row in grid for cell in row]
        assert min(shades) >= -1
        assert max(map(abs, shades)) == 1


def test_the_figure_is_plain_data():
    figure = window_figure(WindowState(padding=2, flip=True))
    assert json.loads(json.dumps(asdict(figure)))["window"] == list(figure.window)
