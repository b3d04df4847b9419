"""The convolutional layer backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.convolution.reference.correlation import kernel_slices, need_array
from coursekit.convolution.reference.geometry import Pair, output_size, pair
from coursekit.convolution.reference.groups import in_groups

Array = np.ndarray[Any, Any]


def conv2d_backward(
    dy: Array, x: Array, weight: Array, stride: int | Pair = 1, padding: int | Pair = 0
) -> tuple[Array, Array, Array]:
    """Backpropagate through ``conv2d``.

    Forward, y[n, o, r, c] = bias[o] + sum_kij weight[o, k, i, j] x[n, k, r s + i, c s + j]. The
    chain rule turns every product around, cell (i, j) of the kernel by cell:

        dweight[o, k, i, j] = sum_nrc dy[n, o, r, c] x[n, k, r s + i, c s + j]
        dx[n, k, r s + i, c s + j] += sum_o weight[o, k, i, j] dy[n, o, r, c]

    As in ``conv2d``, ``kernel_slices`` finds the pixels under each cell (i, j). One below the other
    they are a matrix with a column for each window; times ``dy`` it gives the first line for all
    cells at once. The filters times ``dy`` give what each pixel of each slice gets, and the image
    collects that, slice by slice. ``dy`` is made as wide as the slices, with zeros where a row of
    windows would wrap around the image's edge.

    Args:
        dy: (N, O, OH, OW) gradient of the loss with respect to the output.
        x: (N, C, H, W) the layer's input.
        weight: (O, C, KH, KW).
        stride: int or pair (rows, columns), as in the forward pass.
        padding: int or pair (rows, columns), as in the forward pass.

    Returns:
        dx (N, C, H, W), dweight (O, C, KH, KW), dbias (O,): sums over the batch.

    Raises:
        ValueError: if the shape of ``dy`` is not that of the output.

    Source: lecture 001, "3D Convolutional Layer" (Backward), with its stride corrected.
    """
    n, channels, h, w, filters, kh, kw, oh, ow = conv_sizes(dy, x, weight, stride, padding)
    kernels, (ph, pw) = weight.transpose(2, 3, 1, 0).reshape(-1, filters), pair(padding)
    dx, dkernels = np.empty_like(x), np.zeros_like(kernels)

    def backpropagate(few: slice) -> Array:
        padded, slices = kernel_slices(x[few], (kh, kw), (oh, ow), stride, padding)
        columns = np.concatenate(slices, axis=1)  # (n, KH KW C, windows)
        wide = np.zeros((len(padded), filters, oh, columns.shape[2] // oh), dy.dtype)
        wide[:, :, :, :ow] = dy[few]
        wide = wide.reshape(*wide.shape[:2], -1)
        part = columns @ wide.swapaxes(1, 2)  # (n, KH KW C, O)
        np.matmul(kernels, wide, out=columns)  # from here on gradients: of the slices
        padded[...] = 0  # and of the image
        columns = columns.reshape(len(padded), kh * kw, channels, -1).swapaxes(0, 1)
        for pixels, gradients in zip(slices, columns, strict=True):
            pixels += gradients
        dx[few] = padded[:, :, ph : ph + h, pw : pw + w]
        return part.sum(axis=0)

    in_groups(backpropagate, n, len(kernels) * oh * ow, dkernels)
    dweight = dkernels.reshape(kh, kw, channels, filters).transpose(3, 2, 0, 1)
    return dx, dweight, dy.sum(axis=(0, 2, 3))


def conv_sizes(
    dy: Array, x: Array, weight: Array, stride: int | Pair, padding: int | Pair
) -> tuple[int, int, int, int, int, int, int, int, int]:
    """Read N, C, H, W, O, KH, KW, OH, OW off the arguments, and check that they fit together."""
    need_array("dy", dy, ("N", "O", "OH", "OW"))
    need_array("x", x, ("N", "C", "H", "W"))
    need_array("weight", weight, ("O", "C", "KH", "KW"))
    (n, channels, h, w), (filters, _, kh, kw) = x.shape, weight.shape
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    oh, ow = output_size(h, kh, sh, ph), output_size(w, kw, sw, pw)
    if dy.shape != (n, filters, oh, ow):
        raise ValueError(
            f"the output has shape {(n, filters, oh, ow)}, so dy must have it too, not {dy.shape}"
        )
    return n, channels, h, w, filters, kh, kw, oh, ow
