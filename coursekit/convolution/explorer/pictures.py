"""The explorers as still pictures, for places that run no widgets: a PDF, a code host, a mail."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from coursekit.convolution.explorer.editor import EditorFigure
from coursekit.convolution.explorer.window import Cells, WindowFigure
from coursekit.plotting.palette import BLUE, GREY, VERMILION

_INK = "#1a1a1a"
_FAINT = "#6b6b6b"
_TITLE: dict[str, Any] = {"fontsize": 9, "fontweight": "bold", "color": _INK}
# Unsmoothed pixels keep the file a third of the size.
_GREY_IMAGE: dict[str, Any] = {"cmap": "gray", "interpolation": "nearest"}

# Inches.
_WIDTH = 9.0
_TOP = 0.5
_GRID_HEIGHT = 3.6
_GAP = 0.5
_LINE = 0.19
_NO_OUTPUT_COLUMNS = 3


def window_picture(figure: WindowFigure) -> Figure:
    """Image, kernel and output side by side, with the sum of the shown output value below."""
    grids = (figure.image, figure.kernel, figure.output)
    titles = (figure.image_title, figure.kernel_title, figure.output_title)
    columns = [len(grid[0]) if grid else _NO_OUTPUT_COLUMNS for grid in grids]
    rows = max(len(grid) for grid in grids)
    cell = min(0.4, _GRID_HEIGHT / rows, (_WIDTH - 2 * _GAP - 0.2) / sum(columns))
    lines = _lines(figure)
    height = _TOP + cell * rows + _LINE * (len(lines) + len(figure.notes) + 1.8)
    drawn = Figure(figsize=(_WIDTH, round(height, 2)), facecolor="white")
    drawn.set_layout_engine("none")  # axes are placed by hand, whatever the notebook's style
    ax = drawn.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set(xlim=(0, _WIDTH), ylim=(height, 0))
    ax.axis("off")

    left = 0.1
    for index, (grid, title) in enumerate(zip(grids, titles, strict=True)):
        # A long title continues in a second line: its grid may be narrower than the title.
        ax.text(left, _TOP - 0.1, title.replace(", ", ",\n"), va="bottom", **_TITLE)
        _draw_grid(ax, grid, left, cell, pixels=index == 0)
        left += columns[index] * cell + _GAP
        if index < 2:
            sign = "=" if index else "∗" if figure.flipped else "⋆"
            ax.text(left - _GAP / 2, _TOP + rows * cell / 2, sign, fontsize=16, ha="center")
    _draw_frames(ax, figure, cell, columns)

    y = _TOP + cell * rows + 0.28
    for line in lines:
        ax.text(0.1, y, line, fontsize=9.5, family="DejaVu Sans Mono", color=_INK)
        y += _LINE
    for note in figure.notes:
        ax.text(0.1, y + 0.07, note, fontsize=8.5, color=_FAINT)
        y += _LINE
    return drawn


def _draw_frames(ax: Axes, figure: WindowFigure, cell: float, columns: list[int]) -> None:
    """Frame the window, the kernel and the shown output value: they belong together."""
    boxes: list[tuple[float, float, float, float]] = []
    kernel_left = 0.1 + columns[0] * cell + _GAP
    boxes.append((kernel_left, 0, columns[1], len(figure.kernel)))
    if figure.window is not None and figure.shown is not None:
        row, column, height, width = figure.window
        boxes.append((0.1 + column * cell, row, width, height))
        row, column = figure.shown
        boxes.append((kernel_left + (columns[1] + column) * cell + _GAP, row, 1, 1))
    for x, y, across, down in boxes:
        ax.add_patch(
            Rectangle(
                (x, _TOP + y * cell),
                across * cell,
                down * cell,
                facecolor="none",
                edgecolor=VERMILION,
                linewidth=2.4,
            )
        )


def _lines(figure: WindowFigure) -> list[str]:
    if figure.problem is not None or figure.shown is None:
        return textwrap.wrap(figure.problem or "", 100)
    head = f"output[{figure.shown[0]}, {figure.shown[1]}] = "
    step = figure.kernel_columns
    texts = [f"{term.pixel}·{term.weight}" for term in figure.terms]
    width = max(map(len, texts))
    groups = [texts[i : i + step] for i in range(0, len(texts), step)]
    sums = [" + ".join(text.center(width) for text in group) for group in groups]
    lines = [head + sums[0], *(" " * (len(head) - 2) + "+ " + text for text in sums[1:])]
    lines[-1] += f" {figure.value_text}"
    return [*lines, f"output size, {figure.size_text}"]


def _draw_grid(ax: Axes, grid: Cells, left: float, cell: float, *, pixels: bool) -> None:
    for i, row in enumerate(grid):
        for j, value in enumerate(row):
            x, y = left + j * cell, _TOP + i * cell
            colour = GREY if pixels else BLUE if value.shade > 0 else VERMILION
            ax.add_patch(
                Rectangle(
                    (x, y),
                    cell,
                    cell,
                    facecolor=to_rgba(colour, 0.5 * abs(value.shade)),
                    edgecolor="#b0b0b0",
                    linewidth=0.6,
                    linestyle=":" if value.padding else "-",
                )
            )
            text = value.text or "·"
            ax.text(
                x + cell / 2,
                y + cell / 2,
                text,
                ha="center",
                va="center_baseline",
                fontsize=min(9.5, cell * 72 * 0.95 / max(2.2, len(text) * 0.72)),
                color=_FAINT if value.padding or not value.text else _INK,
            )
            if pixels and value.tap >= 0:
                inset = cell * 0.07
                ax.add_patch(
                    Rectangle(
                        (x + inset, y + inset),
                        cell - 2 * inset,
                        cell - 2 * inset,
                        facecolor="none",
                        edgecolor=VERMILION,
                        linewidth=0.9,
                    )
                )
            if value.unread:
                ax.plot([x, x + cell], [y, y + cell], color=GREY, linewidth=0.8)


def editor_picture(figure: EditorFigure, photo: NDArray[np.float64]) -> Figure:
    """The photograph, the kernel and the filtered photograph, with their meaning below."""
    drawn = Figure(figsize=(_WIDTH, 3.0), facecolor="white")
    drawn.set_layout_engine("none")
    left, middle, right = (
        drawn.add_axes(box)
        for box in ((0.01, 0.31, 0.36, 0.6), (0.4, 0.31, 0.2, 0.6), (0.63, 0.31, 0.36, 0.6))
    )
    for ax in (left, middle, right):
        ax.axis("off")
        ax.set_anchor("NW")
    left.set_title("photograph", loc="left", **_TITLE)
    left.imshow(photo, vmin=0, vmax=1, **_GREY_IMAGE)
    middle.set_title("kernel", loc="left", **_TITLE)
    _draw_weights(middle, figure)
    right.set_title("output", loc="left", **_TITLE)
    if figure.pixels is not None:
        right.imshow(figure.pixels, vmin=0, vmax=255, **_GREY_IMAGE)
    sentences = [figure.total_text, figure.meaning, figure.note, figure.measured, figure.legend]
    text = figure.problem or "\n".join(sentence for sentence in sentences if sentence)
    drawn.text(0.01, 0.25, text, fontsize=8.5, color=_INK, va="top", linespacing=1.35)
    return drawn


def _draw_weights(ax: Axes, figure: EditorFigure) -> None:
    rows, columns = len(figure.cells), len(figure.cells[0])
    ax.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal")
    for i, row in enumerate(figure.weight_texts):
        for j, text in enumerate(row):
            edge = VERMILION if figure.wrong == (i, j) else "#b0b0b0"
            ax.add_patch(Rectangle((j, i), 1, 1, facecolor="none", edgecolor=edge, linewidth=1))
            size = min(10.0, 42 / columns * 2 / max(3, len(text)) * 1.6)
            ax.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=size, color=_INK)
