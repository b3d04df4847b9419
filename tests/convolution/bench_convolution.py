"""How fast the reference of lesson 01 is beside torch and beside plain loops.

Both use the same two threads. The bounds are those that the course promises.
"""

import numpy as np
import pytest
import torch

from coursekit.convolution import avg_pool2d, conv2d, conv2d_naive, max_pool2d, max_pool2d_naive


def layer(n, channels, size, filters):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, channels, size, size)).astype(np.float32)
    weight = rng.normal(size=(filters, channels, 3, 3)).astype(np.float32)
    return x, weight, rng.normal(size=filters).astype(np.float32)


@pytest.mark.parametrize(
    ("shape", "bound"), [((64, 16, 28, 32), 5.0), ((32, 64, 32, 64), 4.0)], ids=str
)
def test_conv2d_forward(shape, bound, side_by_side):
    n, channels, size, filters = shape
    arrays = layer(n, channels, size, filters)
    tensors = [torch.from_numpy(array) for array in arrays]
    ratios = side_by_side(
        f"conv2d forward, float32, ({n}, {channels}, {size}, {size}) x {filters} 3x3, padding 1",
        {
            "torch": lambda: torch.nn.functional.conv2d(*tensors, padding=1),
            "coursekit (NumPy)": lambda: conv2d(*arrays, 1, 1),
        },
    )
    assert ratios["coursekit (NumPy)"] <= bound


def test_conv2d_against_plain_loops(side_by_side):
    arrays = layer(1, 4, 14, 4)
    tensors = [torch.from_numpy(array) for array in arrays]
    side_by_side(
        "conv2d forward, small: (1, 4, 14, 14) x 4 3x3, padding 1",
        {
            "torch": lambda: torch.nn.functional.conv2d(*tensors, padding=1),
            "coursekit (NumPy)": lambda: conv2d(*arrays, 1, 1),
            "naive loops": lambda: conv2d_naive(*arrays, 1, 1),
        },
        rounds=5,
    )


def test_pooling_forward(side_by_side):
    x, *_ = layer(64, 32, 28, 1)
    tensor = torch.from_numpy(x)
    side_by_side(
        "max_pool2d 2x2, float32, (64, 32, 28, 28)",
        {
            "torch": lambda: torch.nn.functional.max_pool2d(tensor, 2),
            "coursekit (NumPy)": lambda: max_pool2d(x, 2),
        },
    )
    side_by_side(
        "avg_pool2d 2x2, float32, (64, 32, 28, 28)",
        {
            "torch": lambda: torch.nn.functional.avg_pool2d(tensor, 2),
            "coursekit (NumPy)": lambda: avg_pool2d(x, 2),
        },
    )
    few = x[:1, :4].copy()
    side_by_side(
        "max_pool2d 2x2 of one small batch, (1, 4, 28, 28)",
        {
            "coursekit (NumPy)": lambda: max_pool2d(few, 2),
            "naive loops": lambda: max_pool2d_naive(few, 2),
        },
        rounds=5,
    )
