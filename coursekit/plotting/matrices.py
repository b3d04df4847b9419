"""Small matrices side by side, all drawn with cells of one size."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from coursekit.plotting.figures import LAPTOP_WIDTH, show_matrix

_CELL = 0.38
_GAP = 0.45
_TITLE = 0.32
_MARGIN = 0.05
_LARGEST_FONT = 10.0
_POINTS = 72.0
#: Width of a letter of a title; a title never reaches over the next matrix.
_LETTER = 0.088


def matrix_row(
    arrays: Sequence[ArrayLike],
    titles: Sequence[str],
    *,
    limit: float | None = None,
    decimals: int = 2,
) -> None:
    """Show small matrices side by side with a title each, no wider than a laptop screen.

    A cell has the same size in all of them, so that a kernel looks as large as it is on its image.

    Args:
        arrays: each (rows, columns), or (n,), which is drawn as one row.
        titles: one for each matrix.
        limit: the size at which the colour is strongest, for all; by default the largest of each.
        decimals: most digits after the point.

    Raises:
        ValueError: no matrix, or not one title for each.
    """
    matrices = [np.atleast_2d(np.asarray(array, dtype=float)) for array in arrays]
    if not matrices or len(matrices) != len(titles):
        raise ValueError(
            "matrix_row needs at least one matrix, and one title for each: "
            f"got {len(matrices)} matrices and {len(titles)} titles."
        )
    spare = LAPTOP_WIDTH - 2 * _MARGIN - _GAP * (len(matrices) - 1)
    cell = min(_CELL, spare / sum(matrix.shape[1] for matrix in matrices))
    widths = [
        max(cell * matrix.shape[1], _LETTER * len(title))
        for matrix, title in zip(matrices, titles, strict=True)
    ]
    width = sum(widths) + _GAP * (len(matrices) - 1) + 2 * _MARGIN
    high = cell * max(matrix.shape[0] for matrix in matrices)
    height = high + _TITLE + _MARGIN
    figure = plt.figure(figsize=(width, height), layout="none")
    left = _MARGIN
    for matrix, title, wide in zip(matrices, titles, widths, strict=True):
        rows, columns = cell * matrix.shape[0], cell * matrix.shape[1]
        bottom = _MARGIN + high - rows
        box = (left / width, bottom / height, columns / width, rows / height)
        ax = figure.add_axes(box)
        show_matrix(ax, matrix, title, limit=limit, decimals=decimals)
        longest = max(len(text.get_text()) for text in ax.texts) if ax.texts else 1
        for text in ax.texts:
            text.set_fontsize(min(_LARGEST_FONT, _POINTS * 0.85 * cell / (0.62 * longest)))
        left += wide + _GAP
