"""The sliding dot product: one image, a batch with channels, any number of axes, as a matrix.

"Convolution" means cross-correlation throughout, as in the lectures and in torch: the kernel is
not flipped.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution.reference.geometry import Pair, output_size, pair
from coursekit.convolution.reference.groups import in_groups

Array = np.ndarray[Any, Any]


def correlate2d(x: Array, kernel: Array, stride: int | Pair = 1, padding: int | Pair = 0) -> Array:
    """Slide a kernel over one image: y[r, c] = sum_ij kernel[i, j] x[r s + i, c s + j].

    Args:
        x: (H, W) image.
        kernel: (KH, KW).
        stride: int or pair (rows, columns), pixels between two positions.
        padding: int or pair, rows and columns of zeros around the image.

    Returns:
        (OH, OW) with OH = output_size(H, KH, ...), OW likewise.

    Raises:
        ValueError: for inputs that are not 2-D arrays, or a kernel that does not fit.

    Source: lecture 001, "Convolution"; lecture 002, "Convolution".
    """
    need_array("x", x, ("H", "W"))
    need_array("kernel", kernel, ("KH", "KW"))
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    oh = output_size(x.shape[0], kernel.shape[0], sh, ph)
    ow = output_size(x.shape[1], kernel.shape[1], sw, pw)
    padded = np.zeros((x.shape[0] + 2 * ph, x.shape[1] + 2 * pw), x.dtype)
    padded[ph : ph + x.shape[0], pw : pw + x.shape[1]] = x
    y = np.zeros((oh, ow), np.result_type(x, kernel))
    for i, cells in enumerate(kernel):  # every kernel cell meets a shifted copy of the image
        for j, cell in enumerate(cells):
            y += cell * padded[i : i + sh * oh : sh, j : j + sw * ow : sw]
    return y


def conv2d(
    x: Array, weight: Array, bias: Array, stride: int | Pair = 1, padding: int | Pair = 0
) -> Array:
    """Apply a convolutional layer: O filters, each over all C channels, plus a bias.

    y[n, o, r, c] = bias[o] + sum_kij weight[o, k, i, j] x[n, k, r s + i, c s + j]

    ``kernel_slices`` finds the pixels under cell (i, j) of the kernel, for all windows at once. The
    slices of all cells, one below the other, make a matrix with a column for each window, and the
    sum over k, i, j is a single matrix product with the filters, one in each row. Each output row
    then carries some positions that wrap around the image's edge; they are cut off at the end.

    Args:
        x: (N, C, H, W) batch of images.
        weight: (O, C, KH, KW).
        bias: (O,).
        stride: int or pair (rows, columns), pixels between two positions.
        padding: int or pair, rows and columns of zeros around each image.

    Returns:
        (N, O, OH, OW).

    Raises:
        ValueError: for wrong numbers of axes or channels, or a kernel that does not fit.

    Source: lecture 001, "Convolutional Layer"; lecture 002, "Convolution".
    """
    need_array("x", x, ("N", "C", "H", "W"))
    need_array("weight", weight, ("O", "C", "KH", "KW"))
    need_array("bias", bias, ("O",))
    (n, channels, h, w), (filters, depth, kh, kw) = x.shape, weight.shape
    if channels != depth:
        raise ValueError(f"x has {channels} channels, but the filters are {depth} deep")
    if bias.shape != (filters,):
        raise ValueError(f"{filters} filters need {filters} biases, got {bias.shape[0]}")
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    oh, ow = output_size(h, kh, sh, ph), output_size(w, kw, sw, pw)
    kernels = weight.transpose(0, 2, 3, 1).reshape(filters, -1)  # (O, KH KW C)
    y = np.empty((n, filters, oh, ow), np.result_type(x, weight, bias))

    def convolve(few: slice) -> None:
        _, slices = kernel_slices(x[few], (kh, kw), (oh, ow), stride, padding)
        total = kernels @ np.concatenate(slices, axis=1)
        y[few] = total.reshape(*total.shape[:2], oh, -1)[:, :, :, :ow] + bias[:, None, None]

    in_groups(convolve, n, kernels.shape[1] * oh * ow)
    return y


def kernel_slices(
    x: Array, kernel: Pair, output: Pair, stride: int | Pair, padding: int | Pair
) -> tuple[Array, list[Array]]:
    """Find the pixels under each cell of a kernel, in all its positions at once, as views.

    With the rows of the padded image laid end to end, a shift by (i, j) is a slice that starts at
    i * width + j, and every further position of the kernel is a stride further. Between two rows
    of positions lie ``pitch`` of them: the ``OW`` that are in the output, and some that wrap around
    the image's edge.

    Args:
        x: (N, C, H, W).
        kernel: (KH, KW).
        output: (OH, OW).
        stride: int or pair (rows, columns), pixels between two positions.
        padding: int or pair, rows and columns of zeros around each image.

    Returns:
        The padded images (N, C, rows, width), and for each cell a view of them,
        (N, C, OH * pitch), in reading order of the cells.
    """
    (n, channels, h, w), (sh, sw), (ph, pw) = x.shape, pair(stride), pair(padding)
    width = -(-(w + 2 * pw) // sw) * sw  # rounded up: every row starts at a multiple of sw
    padded = np.zeros((n, channels, sh * output[0] + kernel[0], width), x.dtype)
    padded[:, :, ph : ph + h, pw : pw + w] = x
    rows, length = padded.reshape(n, channels, -1), sh * output[0] * width
    starts = [i * width + j for i, j in np.ndindex(kernel)]
    return padded, [rows[:, :, at : at + length : sw] for at in starts]


def correlate_nd(x: Array, kernel: Array) -> Array:
    """Slide a kernel over an array with any number of axes (stride 1, no padding).

    Args:
        x: signal (L,), image (H, W), volume (D, H, W), ...
        kernel: as many axes as ``x``, none longer.

    Returns:
        Size ``n - k + 1`` along each axis.

    Source: lecture 002, "1D/2D/3D convolution"; lecture 004, "Convolutional Layer for 1D Signal".
    """
    if x.ndim != kernel.ndim:
        raise ValueError(f"x has {x.ndim} axes, the kernel {kernel.ndim}: they must agree")
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape)  # (out..., k...)
    return np.asarray(np.tensordot(windows, kernel, axes=kernel.ndim))


def conv_matrix(kernel: Array, input_shape: Pair) -> Array:
    """Write the convolution with a kernel (stride 1, no padding) as a sparse matrix.

    ``conv_matrix(kernel, x.shape) @ x.ravel() == correlate2d(x, kernel).ravel()``: row ``r * OW +
    c`` holds the kernel's cells at the pixels that output (r, c) sees, and zeros elsewhere.

    Args:
        kernel: (KH, KW).
        input_shape: (H, W) of the image.

    Returns:
        (OH * OW, H * W), dtype of the kernel.

    Source: lecture 000, "Recap: Convolution as Sparse Linear Transform".
    """
    need_array("kernel", kernel, ("KH", "KW"))
    h, w = pair(input_shape)
    kh, kw = kernel.shape
    oh, ow = output_size(h, kh), output_size(w, kw)
    matrix = np.zeros((oh * ow, h * w), kernel.dtype)
    for r, c in np.ndindex(oh, ow):
        matrix[r * ow + c].reshape(h, w)[r : r + kh, c : c + kw] = kernel
    return matrix


def need_array(name: str, value: Any, axes: tuple[str, ...]) -> None:
    """Refuse anything but an array with the given axes, in one clear sentence."""
    shape = f"({', '.join(axes)})"
    if not isinstance(value, np.ndarray):
        raise ValueError(f"{name} must be a NumPy array {shape}, got a {type(value).__name__}")
    if value.ndim != len(axes):
        raise ValueError(f"{name} must have {len(axes)} axes {shape}, got shape {value.shape}")
