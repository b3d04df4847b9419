"""Images and kernels to choose from: those of the lectures, and a few that show one thing well."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit.convolution import lecture
from coursekit.errors import CourseError

Grid = tuple[tuple[float, ...], ...]
"""A small matrix as plain values, so that a state is hashable and compares by value."""


class Preset(NamedTuple):
    """A named small matrix."""

    label: str
    grid: Grid


def as_grid(values: ArrayLike) -> Grid:
    """Turn a matrix into plain values."""
    return tuple(tuple(row) for row in np.asarray(values, dtype=float).tolist())


def own_grid(values: Any, what: str, largest: int) -> Grid:
    """Turn the user's matrix into plain values.

    Raises:
        CourseError: it is no matrix of finite numbers from 1×1 to ``largest`` by ``largest``.
    """
    try:
        matrix = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.ndim != 2 or not matrix.size > 0 or max(matrix.shape) > largest:
        raise CourseError(
            f"{what} must be one of the names, or a matrix of numbers with at most {largest} rows "
            f"and {largest} columns."
        )
    if not np.isfinite(matrix).all():
        raise CourseError(f"{what} must hold finite numbers only.")
    return as_grid(matrix)


IMAGES: Final[dict[str, Preset]] = {
    "lecture": Preset("7×7 of lecture 001", as_grid(lecture.IMAGE)),
    "downsampling": Preset("6×6 of lecture 001", as_grid(lecture.SMALL_IMAGE)),
    "diagonals": Preset("6×6 of lecture 003", as_grid(lecture.IMAGE_003)),
    "counting": Preset("5×5, 0 to 24", as_grid(np.arange(25).reshape(5, 5))),
}
"""Images of the sliding window."""

KERNELS: Final[dict[str, Preset]] = {
    "corner": Preset("corner (lecture 001)", as_grid(lecture.CORNER)),
    "identity": Preset("identity", as_grid(lecture.IDENTITY)),
    "shift": Preset("shift by one", ((0, 0, 0), (0, 0, 1), (0, 0, 0))),
    "blur": Preset("blur", as_grid(lecture.BLUR)),
    "vertical": Preset("vertical edges", as_grid(lecture.VERTICAL_EDGE)),
    "horizontal": Preset("horizontal edges", as_grid(lecture.HORIZONTAL_EDGE)),
    "diagonal": Preset("diagonal (lecture 003)", as_grid(lecture.FILTER_1)),
    "ones": Preset("2×2 of ones", ((1, 1), (1, 1))),
    "mean": Preset("2×2 mean", ((0.25, 0.25), (0.25, 0.25))),
    "counting": Preset("2×2, 1 to 4", ((1, 2), (3, 4))),
    "gaussian": Preset("Gaussian 5×5", as_grid(lecture.GAUSSIAN_5)),
}
"""Kernels of the sliding window."""

GALLERY: Final[dict[str, Preset]] = {
    "identity": Preset("identity", as_grid(lecture.IDENTITY)),
    "blur": Preset("blur", as_grid(lecture.BLUR)),
    "gaussian": Preset("Gaussian blur 5×5", as_grid(lecture.GAUSSIAN_5)),
    "sharpen": Preset("sharpen", as_grid(lecture.SHARPEN)),
    "vertical": Preset("vertical edges", as_grid(lecture.VERTICAL_EDGE)),
    "horizontal": Preset("horizontal edges", as_grid(lecture.HORIZONTAL_EDGE)),
    "edges": Preset("edges, 8 neighbours", as_grid(lecture.EDGE_8)),
}
"""Kernels of the editor, with the weights that lecture 001 prints (its Gaussian sums to 2.73)."""
