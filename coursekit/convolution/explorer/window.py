"""The sliding window as figure data: which pixels the window covers, and the sum it computes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from coursekit.convolution.explorer.presets import IMAGES, KERNELS, Grid
from coursekit.convolution.reference import correlate2d
from coursekit.plotting.numbers import format_number

Array = NDArray[np.float64]
Position = tuple[int, int]

_EXACT = 1e-9


@dataclass(frozen=True)
class WindowState:
    """Everything that can be moved.

    ``row`` and ``column`` are the chosen output value (the nearest one there is, where the output
    is smaller); ``hover`` is the one under the mouse, which is shown instead while it is there.
    """

    image: Grid = IMAGES["lecture"].grid
    kernel: Grid = KERNELS["corner"].grid
    padding: int = 0
    stride: int = 1
    dilation: int = 1
    flip: bool = False
    row: int = 0
    column: int = 0
    hover: Position | None = None


@dataclass(frozen=True)
class Cell:
    """One cell of a grid.

    text: the value as it is written; empty for the gaps of a dilated kernel.
    shade: the value divided by the largest size in its grid, -1 to 1.
    tap: which weight (in reading order) meets this pixel in the shown window, or -1.
    padding: the cell belongs to the frame of zeros.
    start: a window has its upper left corner here.
    unread: no window ever reads this cell.
    """

    text: str
    shade: float
    tap: int = -1
    padding: bool = False
    start: bool = False
    unread: bool = False


Cells = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Term:
    """One product of the sum: pixel times weight, and where both are found."""

    pixel: str
    weight: str
    tap: int
    row: int
    column: int
    value: float
    padding: bool


@dataclass(frozen=True)
class WindowFigure:
    """What the sliding-window explorer shows for one state.

    image: the padded image. kernel: as it is laid on the image (flipped, with the gaps of
    dilation). output: the result, without rows where the kernel does not fit. window: row, column,
    height and width of the covered rectangle in the padded image. terms: the products of the shown
    output value in reading order, ``kernel_columns`` to a line. notes: what each setting does.
    problem: why there is no output, in one sentence.
    """

    image: Cells
    kernel: Cells
    output: Cells
    image_title: str
    kernel_title: str
    output_title: str
    chosen: Position | None
    shown: Position | None
    window: tuple[int, int, int, int] | None
    terms: tuple[Term, ...]
    kernel_columns: int
    flipped: bool
    value: float | None
    value_text: str
    size_text: str
    notes: tuple[str, ...]
    problem: str | None
    summary: str


def window_figure(state: WindowState) -> WindowFigure:
    """Lay the window of ``state`` on its image and work out the output value under it.

    Cross-correlation with zero padding; ``flip`` turns the kernel by 180 degrees (the convolution
    of mathematics), ``dilation`` d puts d - 1 zeros between its weights. Nothing is raised for a
    kernel that does not fit: the figure then carries a sentence instead of an output.
    """
    image = np.array(state.image, dtype=float)
    weights = np.array(state.kernel, dtype=float)
    if state.flip:
        weights = weights[::-1, ::-1]
    spread = dilate(weights, state.dilation)
    padded = np.pad(image, state.padding)

    fits = all(np.array(spread.shape) <= padded.shape)
    output = correlate2d(image, spread, state.stride, state.padding) if fits else np.empty((0, 0))
    chosen = _nearest((state.row, state.column), output.shape) if fits else None
    shown = chosen
    if state.hover is not None and fits and _nearest(state.hover, output.shape) == state.hover:
        shown = state.hover

    reads = _reads(padded.shape, weights.shape, output.shape, state)
    terms = () if shown is None else _terms(shown, padded, weights, state)
    value = None if shown is None else float(output[shown])
    problem = None if fits else _too_large(weights.shape, spread.shape, padded.shape, state)
    sizes = f"{_size(image.shape)} image, {_size(weights.shape)} kernel"
    settings = (
        f"padding {state.padding}, stride {state.stride}, dilation {state.dilation}, "
        f"{'flipped' if state.flip else 'not flipped'}"
    )
    value_text = "" if value is None else _equals(value, terms)
    if shown is None:
        result = problem
    else:
        sum_text = " + ".join(f"{term.pixel}·{term.weight}" for term in terms)
        where = f"output[{shown[0]}, {shown[1]}]"
        result = f"{_size(output.shape)} output; {where} = {sum_text} {value_text}"
    return WindowFigure(
        image=_image_cells(padded, reads, terms, output.shape, state),
        kernel=_kernel_cells(spread, state.dilation),
        output=tuple(
            tuple(Cell(format_number(v), s) for v, s in zip(values, shades, strict=True))
            for values, shades in zip(output.tolist(), _shades(output), strict=True)
        ),
        image_title=_image_title(image.shape, padded.shape),
        kernel_title=_kernel_title(weights.shape, spread.shape, state.flip),
        output_title=f"output {_size(output.shape)}" if fits else "no output",
        chosen=chosen,
        shown=shown,
        window=None if shown is None else (*(state.stride * i for i in shown), *spread.shape),
        terms=terms,
        kernel_columns=weights.shape[1],
        flipped=state.flip,
        value=value,
        value_text=value_text,
        size_text=_size_text(image.shape, weights.shape, output.shape, state) if fits else "",
        notes=_notes(image, weights, spread, output, reads, fits, state),
        problem=problem,
        summary=f"Sliding window: {sizes}, {settings}: {result}",
    )


def dilate(kernel: Array, dilation: int) -> Array:
    """Put ``dilation - 1`` zeros between the weights: (k, l) becomes (d(k-1)+1, d(l-1)+1)."""
    rows, columns = kernel.shape
    spread = np.zeros((dilation * (rows - 1) + 1, dilation * (columns - 1) + 1))
    spread[::dilation, ::dilation] = kernel
    return spread


def _nearest(position: Position, shape: tuple[int, ...]) -> Position:
    row, column = position
    return min(max(row, 0), shape[0] - 1), min(max(column, 0), shape[1] - 1)


def _reads(
    padded_shape: tuple[int, ...],
    kernel_shape: tuple[int, ...],
    output_shape: tuple[int, ...],
    state: WindowState,
) -> NDArray[np.bool_]:
    """Mark the cells of the padded image that at least one window reads."""
    reads = np.zeros(padded_shape, dtype=bool)
    for i, j in product(range(kernel_shape[0]), range(kernel_shape[1])):
        rows = i * state.dilation + state.stride * np.arange(output_shape[0])
        columns = j * state.dilation + state.stride * np.arange(output_shape[1])
        reads[np.ix_(rows, columns)] = True
    return reads


def _terms(shown: Position, padded: Array, weights: Array, state: WindowState) -> tuple[Term, ...]:
    terms = []
    inner = [range(state.padding, size - state.padding) for size in padded.shape]
    for tap, ((i, j), weight) in enumerate(np.ndenumerate(weights)):
        row = shown[0] * state.stride + i * state.dilation
        column = shown[1] * state.stride + j * state.dilation
        pixel = float(padded[row, column])
        weight_text = format_number(weight)
        terms.append(
            Term(
                pixel=format_number(pixel),
                weight=f"({weight_text})" if weight < 0 else weight_text,
                tap=tap,
                row=row,
                column=column,
                value=pixel * float(weight),
                padding=row not in inner[0] or column not in inner[1],
            )
        )
    return tuple(terms)


def _equals(value: float, terms: tuple[Term, ...]) -> str:
    """The value with "=", or with "≈" where a written number is rounded."""
    written = [value, *(term.value for term in terms)]
    exact = all(abs(number - round(number, 2)) < _EXACT for number in written)
    return f"{'=' if exact else '≈'} {format_number(value)}"


def _shades(values: Array) -> list[list[float]]:
    top = float(np.abs(values).max(initial=0.0)) or 1.0
    shades: list[list[float]] = np.round(values / top, 3).tolist()
    return shades


def _image_cells(
    padded: Array,
    reads: NDArray[np.bool_],
    terms: tuple[Term, ...],
    output_shape: tuple[int, ...],
    state: WindowState,
) -> Cells:
    taps = {(term.row, term.column): term.tap for term in terms}
    starts = {
        (row * state.stride, column * state.stride)
        for row, column in product(range(output_shape[0]), range(output_shape[1]))
    }
    rows, columns = padded.shape
    frame = state.padding
    shades = _shades(padded)
    return tuple(
        tuple(
            Cell(
                text=format_number(float(padded[row, column])),
                shade=shades[row][column],
                tap=taps.get((row, column), -1),
                padding=not (frame <= row < rows - frame and frame <= column < columns - frame),
                start=(row, column) in starts,
                unread=bool(starts) and not reads[row, column],
            )
            for column in range(columns)
        )
        for row in range(rows)
    )


def _kernel_cells(spread: Array, dilation: int) -> Cells:
    rows, columns = spread.shape
    per_row = (columns - 1) // dilation + 1
    shades = _shades(spread)

    def cell(row: int, column: int) -> Cell:
        if row % dilation or column % dilation:
            return Cell("", 0.0)
        tap = row // dilation * per_row + column // dilation
        return Cell(format_number(float(spread[row, column])), shades[row][column], tap)

    return tuple(tuple(cell(row, column) for column in range(columns)) for row in range(rows))


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[0]}×{shape[1]}"


def _image_title(shape: tuple[int, ...], padded: tuple[int, ...]) -> str:
    title = f"image {_size(shape)}"
    return title if shape == padded else f"{title}, padded to {_size(padded)}"


def _kernel_title(shape: tuple[int, ...], spread: tuple[int, ...], flip: bool) -> str:
    title = f"kernel {_size(shape)}"
    if shape != spread:
        title += f" on {_size(spread)}"
    return f"{title}, flipped" if flip else title


def _too_large(
    kernel: tuple[int, ...], spread: tuple[int, ...], padded: tuple[int, ...], state: WindowState
) -> str:
    name = f"The {_size(kernel)} kernel"
    if state.dilation > 1:
        name += f", spread over {_size(spread)} by dilation {state.dilation},"
    held = "padded image" if state.padding else "image"
    remedy = "more padding, less dilation" if state.dilation > 1 else "more padding"
    return (
        f"{name} does not fit into the {_size(padded)} {held}, so there is no output: "
        f"choose {remedy} or a smaller kernel."
    )


def _size_text(
    image: tuple[int, ...], kernel: tuple[int, ...], output: tuple[int, ...], state: WindowState
) -> str:
    """The output-size formula with the numbers of this state, once where rows equal columns."""

    def one(n: int, k: int, out: int) -> str:
        span = f"{state.dilation * (k - 1) + 1}"
        return f"⌊({n} + 2·{state.padding} − {span}) / {state.stride}⌋ + 1 = {out}"

    rows, columns = (one(*sizes) for sizes in zip(image, kernel, output, strict=True))
    text = f"rows and columns: {rows}" if rows == columns else f"rows: {rows}; columns: {columns}"
    if state.dilation > 1:
        d = state.dilation
        spans = [f"{d}·({k} − 1) + 1 = {d * (k - 1) + 1}" for k in dict.fromkeys(kernel)]
        text += f"; the kernel spans {' and '.join(spans)} pixels"
    return text


def _notes(
    image: Array,
    weights: Array,
    spread: Array,
    output: Array,
    reads: NDArray[np.bool_],
    fits: bool,
    state: WindowState,
) -> tuple[str, ...]:
    p, s, d = state.padding, state.stride, state.dilation
    if p == 0:
        padding = "Padding 0: the window stays inside the image."
    else:
        padding = f"Padding {p}: a frame of zeros, {_count(p, 'pixel')} wide, surrounds the image."
    if output.shape == image.shape:
        padding += " The output is as large as the image."

    stride = f"Stride {s}: the window moves {_count(s, 'pixel')} at a time."

    if d == 1:
        dilation = "Dilation 1: the weights lie on neighbouring pixels."
    else:
        dilation = (
            f"Dilation {d}: the {weights.size} weights are spread over {_size(spread.shape)} "
            "pixels; the pixels between them are skipped."
        )

    if state.flip:
        flip = (
            "Flip on: the kernel is turned by 180°. This is convolution as mathematics defines it."
        )
    else:
        flip = "Flip off: this is cross-correlation, which deep learning calls convolution."
    if np.array_equal(weights, weights[::-1, ::-1]):
        flip += " This kernel looks the same when turned: flipping changes nothing."
    notes = (padding, stride, dilation, flip)
    unread = int((~reads[p : p + image.shape[0], p : p + image.shape[1]]).sum())
    if not fits or not unread:
        return notes
    verb = "is" if unread == 1 else "are"
    return (*notes, f"{_count(unread, 'pixel')} of the image {verb} never read (struck through).")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
