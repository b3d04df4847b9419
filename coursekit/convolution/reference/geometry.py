"""Sizes and counts: output size, receptive field, parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Pair = tuple[int, int]


def pair(value: Any) -> Pair:
    """Read an int or a pair (rows, columns) as a pair.

    Raises:
        ValueError: if it is neither.
    """
    rows, columns = value if isinstance(value, (tuple, list)) and len(value) == 2 else (value,) * 2
    if isinstance(rows, (tuple, list)) or int(rows) != rows or int(columns) != columns:
        raise ValueError(f"expected a whole number or a pair of them, got {value!r}")
    return int(rows), int(columns)


def output_size(n: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Count the positions of a kernel along one axis.

    Args:
        n: input size in pixels.
        kernel: kernel size in pixels.
        stride: step between two positions in pixels.
        padding: zeros added at each of the two ends.

    Returns:
        floor((n + 2 padding - kernel) / stride) + 1.

    Raises:
        ValueError: for a stride below 1, a kernel below 1, a negative padding, or a kernel that
            does not fit into the padded input.

    Source: lecture 002, "Padding and Stride".
    """
    if stride < 1:
        raise ValueError(f"the stride must be at least 1, got {stride}")
    if kernel < 1 or padding < 0:
        raise ValueError(f"kernel must be >= 1 and padding >= 0, got {kernel} and {padding}")
    if kernel > n + 2 * padding:
        raise ValueError(
            f"a kernel of size {kernel} does not fit into {n} pixels with padding {padding}: "
            "use a smaller kernel or more padding"
        )
    return (n + 2 * padding - kernel) // stride + 1


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """Find how many input pixels, along one axis, one output pixel of a stack of layers sees.

    Args:
        layers: (kernel, stride) of each convolution or pooling layer, first layer first.

    Returns:
        1 + sum over layers of (kernel - 1) times the strides of all layers before it.

    Source: lecture 002, "Receptive Field" and "Filter Size".
    """
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


def conv_parameters(
    in_channels: int, out_channels: int, kernel_size: int | Pair, bias: bool = True
) -> int:
    """Count the learnable numbers of a 2-D convolutional layer.

    Args:
        in_channels: channels of the input; every filter has a slice for each.
        out_channels: number of filters.
        kernel_size: an int or a pair (rows, columns).
        bias: whether each filter has one bias.

    Source: lecture 002, "Why Convolution? Benefits/Motivations".
    """
    rows, columns = pair(kernel_size)
    return out_channels * (in_channels * rows * columns + int(bias))
