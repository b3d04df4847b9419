"""The kernel editor's pure function, state by state."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from coursekit.convolution import correlate2d, lecture
from coursekit.convolution.explorer import GALLERY, EditorState, editor_figure
from coursekit.convolution.explorer.editor import CellError, cell_texts, parse_cells
from coursekit.convolution.explorer.views import EDITOR_CONTROLS

PHOTO = np.random.default_rng(0).random((12, 17))
KINDS = {control.name: control.walk() for control in EDITOR_CONTROLS}


def typed(*rows):
    """Cells as a person types them: one string for each row."""
    return tuple(tuple(row.split()) for row in rows)


@pytest.mark.parametrize(
    ("kernel", "normalise", "show"), list(product(*(KINDS[name] for name in KINDS)))
)
def test_every_combination_of_controls_filters_the_photograph(kernel, normalise, show):
    figure = editor_figure(EditorState(kernel, None, normalise, show), PHOTO)
    weights = np.array(GALLERY[kernel].grid)
    if normalise and abs(weights.sum()) > 1e-9:
        weights = weights / weights.sum()
    np.testing.assert_allclose(figure.weights, weights, atol=1e-12)
    np.testing.assert_allclose(figure.output, correlate2d(PHOTO, weights), atol=1e-12)
    assert figure.pixels.shape == figure.output.shape
    assert figure.pixels.dtype == np.uint8
    assert figure.problem is None
    assert not figure.edited
    assert figure.meaning.endswith(".")


def test_identity_gives_the_photograph_without_its_frame():
    figure = editor_figure(EditorState("identity"), PHOTO)
    np.testing.assert_array_equal(figure.output, PHOTO[1:-1, 1:-1])
    np.testing.assert_array_equal(figure.pixels, np.rint(255 * PHOTO[1:-1, 1:-1]))


@pytest.mark.parametrize(
    ("cells", "total", "meaning"),
    [
        (typed("0 0 0", "0 1 0", "0 0 0"), 1, "keeps its brightness."),
        (typed("0 -1 0", "-1 5 -1", "0 -1 0"), 1, "raise the contrast of edges."),
        (typed("-1 0 1", "-1 0 1", "-1 0 1"), 0, "a flat area becomes 0"),
        (typed("0 0 0", "0 2.5 0", "0 0 0"), 2.5, "becomes 2.5 times as bright"),
        (typed("0 0 0", "0 1/4 0", "0 0 0"), 0.25, "becomes darker: 0.25 times"),
        (typed("0 0 0", "0 -1 0", "0 0 0"), -1, "becomes negative (−1 times"),
    ],
)
def test_the_sum_and_its_meaning_for_brightness(cells, total, meaning):
    figure = editor_figure(EditorState(cells=cells), PHOTO)
    assert figure.total == pytest.approx(total)
    assert meaning in figure.meaning
    flat = editor_figure(EditorState(cells=cells), np.full((5, 5), 0.5))
    np.testing.assert_allclose(flat.output, 0.5 * total, atol=1e-12)


def test_ninths_sum_to_one():
    ninths = typed(*["1/9 1/9 1/9"] * 3)
    figure = editor_figure(EditorState(cells=ninths), PHOTO)
    assert figure.total_text == "Sum of the weights: 1"
    assert "keeps its brightness" in figure.meaning


def test_the_gaussian_of_the_lecture_brightens_until_it_is_normalised():
    bright = editor_figure(EditorState("gaussian"), PHOTO)
    assert bright.total == pytest.approx(2.73)
    assert "2.73 times as bright" in bright.meaning
    assert (bright.pixels == 255).mean() > 0.5
    calm = editor_figure(EditorState("gaussian", normalise=True), PHOTO)
    assert calm.total == pytest.approx(2.73)
    assert "keeps its brightness" in calm.meaning
    assert "divided by 2.73" in calm.note
    assert calm.weight_texts[2][2] == "0.1355"
    np.testing.assert_allclose(calm.output * lecture.GAUSSIAN_5.sum(), bright.output)


@pytest.mark.parametrize(
    ("kernel", "note"), [("edges", "nothing to divide by"), ("sharpen", "the sum is 1 already")]
)
def test_normalising_says_when_it_changes_nothing(kernel, note):
    with_it = editor_figure(EditorState(kernel, normalise=True), PHOTO)
    without = editor_figure(EditorState(kernel), PHOTO)
    assert note in with_it.note
    assert without.note == ""
    assert with_it.weights == without.weights


def test_output_is_shown_with_signs_where_the_weights_sum_to_zero():
    assert editor_figure(EditorState("vertical"), PHOTO).signed
    assert not editor_figure(EditorState("sharpen"), PHOTO).signed
    assert editor_figure(EditorState("sharpen", show="signed"), PHOTO).signed
    assert not editor_figure(EditorState("vertical", show="clipped"), PHOTO).signed


def test_zero_is_mid_grey_with_signs_and_black_when_clipped():
    flat = np.full((6, 6), 0.7)
    assert set(editor_figure(EditorState("edges"), flat).pixels.ravel()) <= {127, 128}
    assert not editor_figure(EditorState("edges", show="clipped"), flat).pixels.any()


def test_clipped_output_ends_at_black_and_white():
    cells = typed("0 0 0", "0 -9 0", "0 0 0")
    assert not editor_figure(EditorState(cells=cells), PHOTO + 0.01).pixels.any()
    cells = typed("0 0 0", "0 900 0", "0 0 0")
    assert (editor_figure(EditorState(cells=cells), PHOTO + 0.01).pixels == 255).all()


def test_editing_a_cell_changes_the_output_and_is_said():
    before = editor_figure(EditorState("blur"), PHOTO)
    cells = (("0.5", *before.cells[0][1:]), *before.cells[1:])
    after = editor_figure(EditorState("blur", cells), PHOTO)
    assert after.edited
    assert "blur, edited" in after.summary
    assert not np.allclose(before.output, after.output)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("-1", -1), ("−1", -1), (" 0.5 ", 0.5), ("0,5", 0.5), ("1/4", 0.25), ("-2/4", -0.5)],
)
def test_weights_may_be_typed_as_people_write_them(text, value):
    assert parse_cells(((text,),)).tolist() == [[value]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Row 1, column 0 is empty"),
        ("  ", "Row 1, column 0 is empty"),
        ("abc", "Row 1, column 0 holds 'abc', which is no number"),
        ("1/", "Row 1, column 0 holds '1/', which is no number"),
        ("1/0", "Row 1, column 0 holds '1/0', which is no number"),
        ("1/2/3", "which is no number"),
        ("nan", "Row 1, column 0 must lie between −1000 and 1000"),
        ("inf", "Row 1, column 0 must lie between −1000 and 1000"),
        ("1e9", "Row 1, column 0 must lie between −1000 and 1000"),
    ],
)
def test_a_field_without_a_number_gives_a_sentence_and_no_output(text, sentence):
    cells = (("0", "1"), (text, "2"))
    figure = editor_figure(EditorState(cells=cells), PHOTO)
    assert sentence in figure.problem
    assert figure.wrong == (1, 0)
    assert figure.cells == cells
    assert figure.output is figure.pixels is figure.weights is None
    with pytest.raises(CellError):
        parse_cells(cells)


@pytest.mark.parametrize("kernel", GALLERY)
def test_written_weights_are_read_back(kernel):
    grid = GALLERY[kernel].grid
    np.testing.assert_array_equal(parse_cells(cell_texts(grid)), grid)
