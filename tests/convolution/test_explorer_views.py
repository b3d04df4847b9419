"""The explorers as widgets: what the browser sends changes what it gets, and a picture remains."""

from __future__ import annotations

import json

import numpy as np
import pytest

from coursekit.convolution.explorer import (
    GALLERY,
    IMAGES,
    KERNELS,
    kernel_editor,
    sliding_window,
)
from coursekit.errors import CourseError

PHOTO = np.random.default_rng(1).random((20, 30))


def make(name):
    """One explorer of each kind, small."""
    return sliding_window() if name == "window" else kernel_editor(photo=PHOTO)


def browser_sends(widget, **changes):
    """What a moved control does: the view writes the whole state."""
    widget.set_state({"state": json.loads(json.dumps({**widget.state, **changes}))})


@pytest.mark.parametrize(
    "change",
    [
        {"image": "diagonals"},
        {"kernel": "blur"},
        {"padding": 2},
        {"stride": 2},
        {"dilation": 3},
        {"flip": True},
        {"row": 2, "column": 1},
        {"hover": [4, 4]},
    ],
)
def test_moving_a_control_of_the_window_changes_its_figure(change):
    widget = sliding_window()
    before = widget.figure
    browser_sends(widget, **change)
    assert widget.figure != before
    browser_sends(widget, image="lecture", kernel="corner", padding=0, stride=1, dilation=1)
    browser_sends(widget, flip=False, row=0, column=0, hover=None)
    assert widget.figure == before


@pytest.mark.parametrize(
    "change",
    [
        {"kernel": "edges"},
        {"kernel": "gaussian", "normalise": True},
        {"show": "signed"},
        {"cells": [["1", "1", "1"], ["1", "1", "1"], ["1", "1", "x"]]},
        {"cells": [["1", "1", "1"], ["1", "1", "1"], ["1", "1", "1"]]},
    ],
)
def test_moving_a_control_of_the_editor_changes_its_figure(change):
    widget = kernel_editor(photo=PHOTO)
    before = widget.figure["pixels"]
    browser_sends(widget, **change)
    assert widget.figure["pixels"] != before


@pytest.mark.parametrize("name", ["window", "editor"])
def test_every_value_of_every_control_gives_a_figure(name):
    widget = make(name)
    for control in widget._spec:
        for value in control.walk():
            browser_sends(widget, **{control.name: value})
            assert widget.figure["summary"]
            json.dumps(widget.figure)


@pytest.mark.parametrize("name", ["window", "editor"])
def test_an_output_carries_widget_picture_and_text(name):
    widget = make(name)
    data, metadata = widget._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == repr(widget) == widget.now.summary
    assert metadata["image/png"]["width"] <= 900
    assert metadata["image/png"]["alt"] == widget.now.summary


@pytest.mark.parametrize("name", ["window", "editor"])
def test_two_runs_store_the_same_output(name):
    first, second = (make(name)._repr_mimebundle_()[0] for _ in range(2))
    for kind in ("image/png", "text/plain"):
        assert first[kind] == second[kind]


@pytest.mark.parametrize(
    "settings",
    [
        {"padding": 3, "kernel": "gaussian"},
        {"dilation": 3, "image": "counting"},
        {"padding": 1, "stride": 2, "dilation": 2, "flip": True},
        {"kernel": "vertical", "padding": 3, "stride": 3},
    ],
)
def test_the_picture_fits_a_page_in_extreme_states(settings):
    widget = sliding_window(**settings)
    drawn = widget.draw(widget.now)
    assert drawn.get_figwidth() == 9.0
    assert drawn.get_figheight() < 7.5
    drawn.canvas.draw()
    for text in drawn.axes[0].texts:
        box = text.get_window_extent()
        assert box.x1 <= drawn.bbox.width, text.get_text()


def test_the_picture_of_a_wrong_field_says_what_is_wrong():
    widget = kernel_editor(photo=PHOTO)
    browser_sends(widget, cells=[["x", "1"], ["1", "1"]])
    texts = [text.get_text() for text in widget.draw(widget.now).texts]
    assert texts == [widget.now.problem]


def test_controls_move_from_python_too():
    widget = sliding_window()
    widget.update(stride=2, padding=1)
    assert len(widget.figure["output"]) == 4
    with pytest.raises(CourseError, match="has no control 'strides'; it has: image, kernel"):
        widget.update(strides=2)
    with pytest.raises(CourseError, match="stride must be a whole number from 1 to 3"):
        widget.update(stride=9)
    assert widget.state["stride"] == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"image": "mona lisa"}, "image must be one of: lecture,"),
        ({"kernel": "nothing"}, "kernel must be one of: corner,"),
        ({"image": np.zeros((11, 4))}, "image must be one of the names, or a matrix"),
        ({"image": [1, 2]}, "image must be one of the names, or a matrix"),
        ({"image": [["a"]]}, "image must be one of the names, or a matrix"),
        ({"image": [[]]}, "image must be one of the names, or a matrix"),
        ({"kernel": np.zeros((6, 6))}, "kernel must be one of the names, or a matrix"),
        ({"kernel": [[np.nan]]}, "kernel must hold finite numbers only"),
        ({"padding": -1}, "padding must be a whole number from 0 to 3"),
        ({"stride": 0}, "stride must be a whole number from 1 to 3"),
        ({"dilation": 4}, "dilation must be a whole number from 1 to 3"),
        ({"flip": "yes"}, "flip must be True or False"),
        ({"position": 3}, "position must be the row and the column"),
        ({"position": (1, 2, 3)}, "position must be the row and the column"),
    ],
)
def test_the_window_says_what_it_cannot_show(arguments, sentence):
    with pytest.raises(CourseError, match=sentence):
        sliding_window(**arguments)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"kernel": "emboss"}, "kernel must be one of: identity,"),
        ({"kernel": np.zeros((7, 7))}, "kernel must be one of the names, or a matrix"),
        ({"show": "loud"}, "show must be one of: auto, clipped, signed"),
        ({"normalise": 1}, "normalise must be True or False"),
        ({"photo": np.zeros((4, 4))}, "photo must be a grey image"),
        ({"photo": np.zeros((8, 8, 3))}, "photo must be a grey image"),
        ({"photo": np.full((8, 8), 255.0)}, "photo must hold grey values from 0"),
        ({"photo": np.full((8, 8), np.nan)}, "photo must hold grey values from 0"),
    ],
)
def test_the_editor_says_what_it_cannot_show(arguments, sentence):
    with pytest.raises(CourseError, match=sentence):
        kernel_editor(**arguments)


def test_own_image_and_kernel_appear_among_the_choices():
    widget = sliding_window([[1, 2, 3], [4, 5, 6]], [[1, -1]])
    assert widget.figure["image_title"] == "image 2×3"
    assert widget.now.value == -1
    assert widget.controls[0]["options"][-1] == ("yours", "yours")
    browser_sends(widget, image="lecture")
    browser_sends(widget, image="yours")
    assert widget.figure["image_title"] == "image 2×3"
    assert "yours" not in IMAGES
    assert "yours" not in KERNELS


def test_the_editor_gives_its_weights_to_the_next_cell():
    widget = kernel_editor("gaussian", photo=PHOTO, normalise=True)
    assert widget.kernel.sum() == pytest.approx(1)
    browser_sends(widget, cells=[["1", ""]])
    assert widget.kernel is None


def test_own_weights_are_edited_weights():
    widget = kernel_editor([[1, 2], [3, 4.5]], photo=PHOTO)
    np.testing.assert_array_equal(widget.kernel, [[1, 2], [3, 4.5]])
    assert widget.figure["edited"]


def test_the_photograph_is_the_default():
    widget = kernel_editor()
    assert (widget.photo["height"], widget.photo["width"]) == (120, 180)
    assert set(GALLERY) == {value for value, _ in widget.controls[0]["options"]}


@pytest.mark.parametrize("name", ["window", "editor"])
def test_the_view_needs_no_network(name):
    widget = make(name)
    assert widget._esm.count("export default") == 1
    assert "import " not in widget._esm
    assert "http" not in widget._esm + widget._css
    assert "@import" not in widget._css
