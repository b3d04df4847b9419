"""The kernel editor as figure data: typed weights in; filtered photograph and its meaning out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.convolution.explorer.presets import GALLERY, Grid
from coursekit.convolution.reference import correlate2d
from coursekit.plotting.numbers import format_number

Typed = tuple[tuple[str, ...], ...]

LARGEST_WEIGHT = 1000.0
_ZERO = 1e-9


@dataclass(frozen=True)
class EditorState:
    """Everything that can be changed.

    kernel: key of `GALLERY`. cells: the weights as typed, or None for the kernel's own.
    normalise: divide the weights by their sum. show: "auto", "clipped" (0 black, 1 white, the rest
    cut off) or "signed" (0 mid-grey); "auto" takes "signed" for weights that sum to 0.
    """

    kernel: str = "identity"
    cells: Typed | None = None
    normalise: bool = False
    show: str = "auto"


@dataclass(frozen=True, eq=False)
class EditorFigure:
    """What the kernel editor shows for one state.

    cells: the weights as they stand in the input fields. weights: the numbers that are applied,
    after normalising. weight_texts: the same, written. wrong: row and column of the first field
    that holds no number. total: sum of the typed weights. pixels: the output as grey values
    uint8 (H-k+1, W-k+1). meaning: what the weights do to brightness. measured: what happened to
    this photograph. note: what normalising did, if it is on. problem: why there is no output.
    """

    cells: Typed
    edited: bool
    weights: Grid | None
    weight_texts: Typed
    wrong: tuple[int, int] | None
    total: float | None
    total_text: str
    meaning: str
    note: str
    measured: str
    legend: str
    signed: bool
    output: NDArray[np.float64] | None
    pixels: NDArray[np.uint8] | None
    problem: str | None
    summary: str


def editor_figure(state: EditorState, photo: NDArray[np.float64]) -> EditorFigure:
    """Filter ``photo`` (H, W), values 0 to 1, with the weights of ``state``, without padding.

    A field that holds no number gives a figure with a sentence instead of an output; nothing is
    raised for what a person can type.
    """
    own = cell_texts(GALLERY[state.kernel].grid)
    cells = own if state.cells is None else state.cells
    try:
        typed = parse_cells(cells)
    except CellError as error:
        return _without_output(state, cells, own, error)

    total = float(typed.sum())
    typed_total = 0.0 if abs(total) < _ZERO else total
    weights, note = typed, ""
    if state.normalise:
        weights, note = _normalised(typed, typed_total)
    output = correlate2d(photo, weights)
    sums_to_zero = abs(float(weights.sum())) < _ZERO
    signed = state.show == "signed" or (state.show == "auto" and sums_to_zero)
    pixels, legend = _to_grey(output, signed)
    applied = float(weights.sum())
    label = GALLERY[state.kernel].label + (", edited" if cells != own else "")
    meaning = _meaning(0.0 if sums_to_zero else applied, bool((weights < 0).any()))
    return EditorFigure(
        cells=cells,
        edited=cells != own,
        weights=tuple(tuple(row) for row in weights.tolist()),
        weight_texts=cell_texts(weights.tolist()),
        wrong=None,
        total=typed_total,
        total_text=f"Sum of the weights: {format_number(typed_total, 4)}",
        meaning=meaning,
        note=note,
        measured=_measured(photo, output),
        legend=legend,
        signed=signed,
        output=output,
        pixels=pixels,
        problem=None,
        summary=(
            f"Kernel editor: {label} on a {photo.shape[0]}×{photo.shape[1]} photograph; "
            f"sum of the weights {format_number(typed_total, 4)}"
            f"{', normalised' if state.normalise else ''}. {meaning}"
        ),
    )


class CellError(ValueError):
    """A field of the kernel that holds no usable number; ``position`` is its row and column."""

    def __init__(self, sentence: str, position: tuple[int, int]) -> None:
        super().__init__(sentence)
        self.position = position


def cell_texts(grid: Grid | list[list[float]]) -> Typed:
    """Write weights with at most four digits after the point."""
    return tuple(tuple(format_number(float(weight), 4) for weight in row) for row in grid)


def parse_cells(cells: Typed) -> NDArray[np.float64]:
    """Read typed weights: 3, -1, 0.5, 0,5 or a fraction such as 1/9.

    Raises:
        CellError: a field is empty, no number, infinite, or larger than 1000.
    """
    return np.array(
        [[_parse(text, (i, j)) for j, text in enumerate(row)] for i, row in enumerate(cells)]
    )


def _parse(text: str, position: tuple[int, int]) -> float:
    where = f"Row {position[0]}, column {position[1]}"
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if not plain:
        raise CellError(f"{where} is empty: type a weight, for example 0.5 or 1/9.", position)
    above, slash, below = plain.partition("/")
    try:
        value = float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError):
        raise CellError(
            f"{where} holds {text.strip()!r}, which is no number: type for example 0.5 or 1/9.",
            position,
        ) from None
    if not math.isfinite(value) or abs(value) > LARGEST_WEIGHT:
        limit = format_number(LARGEST_WEIGHT)
        raise CellError(f"{where} must lie between −{limit} and {limit}.", position)
    return value


def _without_output(state: EditorState, cells: Typed, own: Typed, error: CellError) -> EditorFigure:
    label = GALLERY[state.kernel].label
    return EditorFigure(
        cells=cells,
        edited=cells != own,
        weights=None,
        weight_texts=cells,
        wrong=error.position,
        total=None,
        total_text="",
        meaning="",
        note="",
        measured="",
        legend="",
        signed=False,
        output=None,
        pixels=None,
        problem=str(error),
        summary=f"Kernel editor: {label}, edited: {error}",
    )


def _normalised(typed: NDArray[np.float64], total: float) -> tuple[NDArray[np.float64], str]:
    if total == 0.0:
        return typed, "Normalise: the sum is 0, so there is nothing to divide by."
    if abs(total - 1.0) < _ZERO:
        return typed, "Normalise: the sum is 1 already."
    return typed / total, f"Normalise: each weight is divided by {format_number(total, 4)}."


def _meaning(total: float, negative: bool) -> str:
    """What the sum of the applied weights means for an area of one brightness."""
    factor = format_number(total, 2)
    if total == 0.0:
        return "The weights sum to 0: a flat area becomes 0, and only changes (edges) remain."
    if abs(total - 1.0) < _ZERO:
        ending = ", while negative weights raise the contrast of edges." if negative else "."
        return f"The weights sum to 1: a flat area keeps its brightness{ending}"
    if total > 1.0:
        return f"A flat area becomes {factor} times as bright; what is above white is cut off."
    if total > 0.0:
        return f"A flat area becomes darker: {factor} times its brightness."
    return f"A flat area becomes negative ({factor} times its brightness): below black."


def _to_grey(output: NDArray[np.float64], signed: bool) -> tuple[NDArray[np.uint8], str]:
    if not signed:
        pixels = np.rint(255 * np.clip(output, 0.0, 1.0)).astype(np.uint8)
        return pixels, "black is 0 or less, white is 1 or more"
    # What is left by rounding errors is zero, and must not be blown up to black and white.
    largest = float(np.abs(output).max())
    limit = largest if largest > _ZERO else 1.0
    pixels = np.rint(127.5 + 127.5 * output / limit).astype(np.uint8)
    text = format_number(limit)
    return pixels, f"black is −{text}, mid-grey is 0, white is {text}"


def _measured(photo: NDArray[np.float64], output: NDArray[np.float64]) -> str:
    outside = float(((output < -_ZERO) | (output > 1 + _ZERO)).mean())
    return (
        f"Mean brightness {format_number(float(photo.mean()))} → "
        f"{format_number(float(output.mean()))}; values from {format_number(float(output.min()))} "
        f"to {format_number(float(output.max()))}; {round(100 * outside)} % outside 0…1."
    )
