"""Lesson 01, the mathematics: pure functions on NumPy arrays."""

from coursekit.convolution.reference.correlation import (
    conv2d,
    conv_matrix,
    correlate2d,
    correlate_nd,
)
from coursekit.convolution.reference.geometry import (
    conv_parameters,
    output_size,
    pair,
    receptive_field,
)
from coursekit.convolution.reference.naive import (
    avg_pool2d_naive,
    conv2d_naive,
    correlate2d_naive,
    max_pool2d_naive,
)
from coursekit.convolution.reference.pooling import avg_pool2d, global_avg_pool2d, max_pool2d

__all__ = [
    "avg_pool2d",
    "avg_pool2d_naive",
    "conv2d",
    "conv2d_naive",
    "conv_matrix",
    "conv_parameters",
    "correlate2d",
    "correlate2d_naive",
    "correlate_nd",
    "global_avg_pool2d",
    "max_pool2d",
    "max_pool2d_naive",
    "output_size",
    "pair",
    "receptive_field",
]
