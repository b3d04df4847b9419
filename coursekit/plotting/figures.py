"""Small matplotlib helpers: matrices with their numbers, images, rows of images."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, cast

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from coursekit.plotting.numbers import format_number
from coursekit.plotting.palette import CYCLE, DIVERGING, GREY, SEQUENTIAL

LAPTOP_WIDTH = 9.0
"""Widest figure in inches: at 100 dots per inch it fits beside JupyterLab's sidebar."""

_MOST_NUMBERS = 400

_STYLE: dict[str, Any] = {
    # An opaque light ground keeps black labels readable where the page around it is dark.
    "figure.facecolor": "#ffffff",
    "savefig.facecolor": "#ffffff",
    "figure.dpi": 100,
    "figure.figsize": (7.0, 3.6),
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e3e3",
    "lines.linewidth": 2,
    "lines.markersize": 5,
    "legend.frameon": False,
    "image.cmap": SEQUENTIAL,
    "image.interpolation": "nearest",
    # Element names in SVG come from this, not from a random number: same figure, same file.
    "svg.hashsalt": "coursekit",
}


def use_style() -> None:
    """Set matplotlib's defaults to the course's style. Call it once at the top of a notebook."""
    # matplotlib types the names one by one; a plain dictionary is what it documents.
    mpl.rcParams.update(cast(Any, _STYLE))
    mpl.rcParams["axes.prop_cycle"] = cycler(
        color=[colour for colour, _, _ in CYCLE], linestyle=[line for _, line, _ in CYCLE]
    )


def _as_2d(array: ArrayLike, what: str) -> np.ndarray:
    values = np.asarray(array, dtype=float)
    if values.ndim == 1:
        values = values[np.newaxis, :]
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"{what} must be a non-empty 2-D array, but its shape is {values.shape}.")
    return values


def _bare(ax: Axes, title: str) -> None:
    ax.set_title(title)
    ax.grid(False)
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(GREY)


def show_matrix(
    ax: Axes,
    array: ArrayLike,
    title: str,
    *,
    numbers: bool = True,
    decimals: int = 2,
    limit: float | None = None,
) -> None:
    """Draw a small matrix as coloured cells with their numbers.

    Purple is below zero, orange above, white is zero; the printed number says the same.

    Args:
        ax: where to draw.
        array: (rows, columns), or (n,), which is drawn as one row.
        title: what to see in it.
        numbers: write the value into each cell (left out above 400 cells).
        decimals: most digits after the point.
        limit: the size at which the colour is strongest; the largest size present if not given.

    Raises:
        ValueError: the array is empty or has more than two dimensions.
    """
    values = _as_2d(array, "A matrix to show")
    finite = np.abs(values[np.isfinite(values)])
    top = limit if limit is not None else float(finite.max(initial=0.0))
    top = top or 1.0
    # The outer ends of the colour map are too dark to write on: only its middle part is used.
    ax.imshow(values, cmap=DIVERGING, vmin=-1.6 * top, vmax=1.6 * top)
    _bare(ax, title)
    rows, columns = values.shape
    ax.set_xticks(np.arange(0.5, columns - 1), minor=True)
    ax.set_yticks(np.arange(0.5, rows - 1), minor=True)
    ax.grid(True, which="minor", color="#ffffff", linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    if numbers and values.size <= _MOST_NUMBERS:
        size = max(5.0, min(11.0, 80.0 / max(rows, columns)))
        for (row, column), value in np.ndenumerate(values):
            text = format_number(float(value), decimals)
            ax.text(column, row, text, ha="center", va="center", fontsize=size, color="#111111")


def show_image(
    ax: Axes, array: ArrayLike, title: str, *, low: float | None = 0.0, high: float | None = 1.0
) -> None:
    """Draw a grey image (rows, columns) or a colour image (rows, columns, 3) without axes.

    Values at or below ``low`` are black, at or above ``high`` white; ``None`` takes the smallest
    and the largest value present.

    Raises:
        ValueError: the array is neither of the two shapes.
    """
    values = np.asarray(array)
    if values.ndim == 3 and values.shape[2] == 3:
        ax.imshow(values)
    else:
        ax.imshow(_as_2d(values, "An image to show"), cmap="gray", vmin=low, vmax=high)
    _bare(ax, title)


def show_signed(ax: Axes, array: ArrayLike, title: str, *, limit: float | None = None) -> None:
    """Draw a map (rows, columns) of values around zero: black below, mid-grey zero, white above.

    ``limit`` is the size that is drawn black or white; the largest size present if not given.
    """
    values = _as_2d(array, "A map to show")
    top = limit if limit is not None else float(np.abs(values).max())
    show_image(ax, values, title, low=-(top or 1.0), high=top or 1.0)


def image_row(
    images: Sequence[ArrayLike],
    titles: Sequence[str],
    *,
    signed: Sequence[bool] | None = None,
    height: float = 2.4,
) -> None:
    """Show images side by side with a title each, no wider than a laptop screen.

    Args:
        images: each (rows, columns) with values in 0..1, or (rows, columns, 3).
        titles: one for each image.
        signed: which of them hold values around zero (mid-grey is zero); none if not given.
        height: height of the row in inches; less where the row would become too wide.

    Raises:
        ValueError: no image, or not one title (one mark) for each image.
    """
    marks = [False] * len(images) if signed is None else list(signed)
    if not images or not len(images) == len(titles) == len(marks):
        raise ValueError(
            "image_row needs at least one image, and one title for each: "
            f"got {len(images)} images and {len(titles)} titles."
        )
    shapes = [np.shape(image) for image in images]
    widths = [shape[1] / shape[0] if len(shape) > 1 else 1.0 for shape in shapes]
    height = min(height, LAPTOP_WIDTH / sum(widths))
    size = (height * sum(widths), height + 0.35)
    _, axes = plt.subplots(
        1, len(images), figsize=size, squeeze=False, width_ratios=widths, layout="constrained"
    )
    for ax, image, title, mark in zip(axes[0], images, titles, marks, strict=True):
        (show_signed if mark else show_image)(ax, image, title)


def figure_png(figure: Figure, dpi: float = 100.0) -> bytes:
    """Encode a figure as PNG; the same figure gives the same bytes (no date, no version)."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()
