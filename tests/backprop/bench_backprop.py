"""How fast the layers of lesson 02 are, forward and backward, beside torch and plain loops.

Both use the same two threads. The bounds are those that the course promises.
"""

import numpy as np
import pytest
import torch

from coursekit import backprop as bp
from coursekit.convolution import conv2d_naive, max_pool2d_naive


def draw(*shapes):
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def torch_run(layer, dy, *arrays):
    """Forward and backward in torch, for the gradients of all arrays."""
    tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
    upstream = torch.from_numpy(dy)
    return lambda: torch.autograd.grad(layer(*tensors), tensors, upstream)


@pytest.mark.parametrize(
    ("shape", "bound"), [((64, 16, 28, 32), 4.0), ((32, 64, 32, 64), 2.5)], ids=str
)
def test_conv2d(shape, bound, side_by_side):
    n, channels, size, filters = shape
    images = (n, channels, size, size)
    x, weight, bias, dy = draw(
        images, (filters, channels, 3, 3), (filters,), (n, filters, size, size)
    )

    def numpy():
        bp.conv2d(x, weight, bias, 1, 1)
        bp.conv2d_backward(dy, x, weight, 1, 1)

    ratios = side_by_side(
        f"conv2d forward and backward, float32, {images} x {filters} 3x3, padding 1",
        {
            "torch": torch_run(
                lambda *t: torch.nn.functional.conv2d(*t, padding=1), dy, x, weight, bias
            ),
            "coursekit (NumPy)": numpy,
        },
    )
    assert ratios["coursekit (NumPy)"] <= bound


def test_max_pool2d(side_by_side):
    x, dy = draw((64, 32, 28, 28), (64, 32, 14, 14))

    def numpy():
        bp.max_pool2d(x, 2)
        bp.max_pool2d_backward(dy, x, 2)

    ratios = side_by_side(
        "max_pool2d 2x2 forward and backward, float32, (64, 32, 28, 28)",
        {
            "torch": torch_run(lambda t: torch.nn.functional.max_pool2d(t, 2), dy, x),
            "coursekit (NumPy)": numpy,
        },
    )
    assert ratios["coursekit (NumPy)"] <= 0.8


def test_batch_norm(side_by_side):
    x, dy, gamma, beta, mean = draw(*[(64, 32, 28, 28)] * 2, *[(32,)] * 3)
    var = np.ones(32, np.float32)

    def numpy():
        bp.batch_norm(x, gamma, beta, mean, var, True)
        bp.batch_norm_backward(dy, x, gamma)

    def layer(t, scale, shift):
        running = torch.zeros(32), torch.ones(32)
        return torch.nn.functional.batch_norm(t, *running, scale, shift, True)

    ratios = side_by_side(
        "batch_norm forward and backward, float32, (64, 32, 28, 28)",
        {"torch": torch_run(layer, dy, x, gamma, beta), "coursekit (NumPy)": numpy},
    )
    assert ratios["coursekit (NumPy)"] <= 2.0


def test_softmax_cross_entropy(side_by_side):
    (scores,) = draw((2048, 65))
    labels = np.random.default_rng(1).integers(65, size=2048)
    targets, one = torch.from_numpy(labels), np.ones((), np.float32)
    ratios = side_by_side(
        "softmax cross-entropy forward and backward, float32, (2048, 65)",
        {
            "torch": torch_run(
                lambda t: torch.nn.functional.cross_entropy(t, targets), one, scores
            ),
            "coursekit (NumPy)": lambda: bp.softmax_cross_entropy(scores, labels),
        },
    )
    assert ratios["coursekit (NumPy)"] <= 2.5


def test_against_plain_loops(side_by_side):
    x, weight, bias, dy = draw((1, 4, 14, 14), (4, 4, 3, 3), (4,), (1, 4, 14, 14))

    def fast():
        bp.conv2d(x, weight, bias, 1, 1)
        bp.conv2d_backward(dy, x, weight, 1, 1)

    def naive():
        conv2d_naive(x, weight, bias, 1, 1)
        bp.conv2d_backward_naive(dy, x, weight, 1, 1)

    side_by_side(
        "conv2d forward and backward, small: (1, 4, 14, 14) x 4 3x3, padding 1",
        {"coursekit (NumPy)": fast, "naive loops": naive},
        rounds=3,
    )
    images, dpool = draw((1, 4, 28, 28), (1, 4, 14, 14))

    def fast_pool():
        bp.max_pool2d(images, 2)
        bp.max_pool2d_backward(dpool, images, 2)

    def naive_pool():
        max_pool2d_naive(images, 2)
        bp.max_pool2d_backward_naive(dpool, images, 2)

    side_by_side(
        "max_pool2d 2x2 forward and backward, small: (1, 4, 28, 28)",
        {"coursekit (NumPy)": fast_pool, "naive loops": naive_pool},
        rounds=3,
    )
