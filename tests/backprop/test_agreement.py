"""Four ways to the gradients of every layer: loops, NumPy, central differences, torch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from coursekit.backprop import relative_difference
from coursekit.backprop.agreement import LABELS, RATE, UNIFORM, layers

IN_TORCH = {
    "linear": lambda x, W, b: F.linear(x.flatten(1), W, b),
    "ReLU": F.relu,
    "softmax cross-entropy": lambda s: F.cross_entropy(s, torch.from_numpy(LABELS)),
    "flatten": lambda x: x.flatten(1),
    "conv2d, stride 2, padding 1": lambda x, w, b: F.conv2d(x, w, b, 2, 1),
    "max_pool2d, 3, stride 2": lambda x: F.max_pool2d(x, 3, 2),
    "avg_pool2d, 2": lambda x: F.avg_pool2d(x, 2),
    "batch norm": lambda x, g, b: F.batch_norm(x, None, None, g, b, True),
    "dropout": lambda x: x * torch.from_numpy(UNIFORM >= RATE) / (1 - RATE),
}


@pytest.mark.parametrize("name", layers())
def test_four_ways_agree(name):
    layer = layers()[name]
    dy = layer.upstream()
    fast = layer.backward(dy)
    assert len(fast) == len(layer.inputs)
    tensors = [torch.from_numpy(array).requires_grad_() for array in layer.inputs]
    total = (IN_TORCH[name](*tensors) * torch.from_numpy(np.asarray(dy))).sum()
    by_torch = [g.numpy() for g in torch.autograd.grad(total, tensors)]
    for found, limit in ((layer.loops(dy), 1e-12), (layer.differences(), 1e-7), (by_torch, 1e-12)):
        assert len(found) >= 1
        for gradient, expected in zip(found, fast, strict=False):
            assert relative_difference(gradient, expected) < limit
