"""The exercise on convolution as a sparse matrix: conv_matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution import reference
from coursekit.convolution.exercises.correlation import KERNEL_22, flip, numbers
from coursekit.convolution.reference import conv_matrix
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]


def _matrices(rng: np.random.Generator) -> list[Case]:
    h, w = 3, int(rng.integers(4, 6))
    return [
        Case("random 2x3", (rng.normal(size=(2, 3)), (h, w))),
        Case("random 3x2", (rng.normal(size=(3, 2)), (w, h))),
        Case("random 3x3", (rng.normal(size=(3, 3)), (h, 5))),
        Case("random 1x4", (rng.normal(size=(1, 4)), (h, 5))),
    ]


def _circulant(kernel: Array, input_shape: Any) -> Array:
    h, w = input_shape
    first = np.zeros((h, w), kernel.dtype)
    first[: kernel.shape[0], : kernel.shape[1]] = kernel
    return np.stack([np.roll(first.ravel(), r) for r in range(h * w)])


def _column_major(kernel: Array, input_shape: Any) -> Array:
    h, w = input_shape
    return conv_matrix(kernel, (h, w)).reshape(-1, h, w).swapaxes(1, 2).reshape(-1, h * w)


def _line_ends(kernel: Array, input_shape: Any) -> Array:
    """Slide the first row on by one cell per output, also where a line of the image ends."""
    right = conv_matrix(kernel, input_shape)
    return np.stack([np.roll(right[0], r) for r in range(len(right))])


def _offset(kernel: Array, input_shape: Any) -> Array:
    """Centre the kernel on the output's pixel and cut off what sticks out."""
    (h, w), (kh, kw) = input_shape, kernel.shape
    oh, ow = h - kh + 1, w - kw + 1
    matrix = np.zeros((oh * ow, h * w), kernel.dtype)
    for r, c, i, j in np.ndindex(oh, ow, kh, kw):
        row, column = r + i - kh // 2, c + j - kw // 2
        if 0 <= row < h and 0 <= column < w:
            matrix[r * ow + c, row * w + column] = kernel[i, j]
    return matrix


CONV_MATRIX = Exercise(
    id="convolution.conv_matrix",
    reference=reference.conv_matrix,
    visible=(
        Case("kernel 1x2 on one line of 4", (np.array([[1.0, 2.0]]), (1, 4))),
        Case("kernel 2x2 on 3x3", (KERNEL_22, (3, 3))),
        Case("kernel 2x2 on 3x4", (KERNEL_22, (3, 4))),
        Case("kernel 2x3 on 3x4", (numbers(2, 3, seed=21), (3, 4))),
        Case("kernel 3x2 on 4x3", (numbers(3, 2, seed=22), (4, 3))),
        Case("kernel as large as the image", (numbers(3, 4, seed=23), (3, 4))),
        Case("1x1 kernel", (np.array([[3.0]]), (2, 3)), {}, 3 * np.eye(6)),
    ),
    hidden=_matrices,
    misconceptions=(
        Misconception(
            "flipped kernel",
            lambda kernel, input_shape: conv_matrix(flip(kernel), input_shape),
            "Your rows hold the flipped kernel (true convolution); here the kernel is used as it "
            "is.",
        ),
        Misconception(
            "circulant",
            _circulant,
            "Your matrix wraps around: it has a row for every pixel, and kernels that leave the "
            "image on one side come in again on the other. Only positions where the kernel fits "
            "have a row.",
        ),
        Misconception(
            "transposed",
            lambda kernel, input_shape: conv_matrix(kernel, input_shape).T.copy(),
            "Your matrix is transposed: rows belong to outputs, columns to input pixels, so that "
            "matrix @ image.ravel() gives the output.",
        ),
        Misconception(
            "column-major",
            _column_major,
            "You number the pixels column by column. ravel() goes row by row: pixel (row, column) "
            "has number row · W + column.",
        ),
        Misconception(
            "wrong at line ends",
            _line_ends,
            "You shift by one pixel for every output, also from one output row to the next. There "
            "the kernel jumps: output (r, c) starts at input pixel r · W + c, and c stops at the "
            "last position that fits.",
        ),
        Misconception(
            "wrong offset",
            _offset,
            "You centre the kernel on the output's pixel, so its first rows fall outside. Without "
            "padding the kernel's upper left cell lies on input pixel (r, c).",
        ),
    ),
    hints=(
        "Take a 1x2 kernel on a line of four pixels and write the three outputs as a matrix times "
        "the four pixels. Where are the zeros? What changes from one row to the next?",
        "Fill row r·OW + c by thinking of it as an image of zeros of shape input_shape: lay the "
        "kernel on it with its upper left cell at (r, c), then read it row by row.",
    ),
)
