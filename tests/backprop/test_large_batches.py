"""Batches of several groups, shared among threads: every layer still agrees with torch."""

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_limits

from coursekit import backprop as bp
from coursekit.convolution.reference.groups import VALUES

F = torch.nn.functional


@pytest.fixture(autouse=True, params=[1, 2], ids="{} threads".format)
def threads(request):
    with threadpool_limits(request.param, user_api="blas"):
        yield


def draw(*shapes):
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in shapes]


def torch_gradients(layer, *arrays):
    """The layer's output and its gradients, for an upstream gradient that is drawn."""
    tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
    y = layer(*tensors)
    (dy,) = draw(tuple(y.shape))
    gradients = torch.autograd.grad(y, tensors, torch.from_numpy(dy))
    return dy, y.detach().numpy(), [gradient.numpy() for gradient in gradients]


def agree(ours, theirs):
    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(our, their, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("stride", [1, 2])
def test_conv2d(stride):
    x, weight, bias = draw((19, 16, 31, 30), (8, 16, 3, 3), (8,))
    assert x.size * 9 / stride**2 > VALUES
    dy, y, gradients = torch_gradients(
        lambda *t: F.conv2d(*t, stride=stride, padding=1), x, weight, bias
    )
    agree([bp.conv2d(x, weight, bias, stride, 1)], [y])
    agree(bp.conv2d_backward(dy, x, weight, stride, 1), gradients)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (3, 3)])
def test_max_pool2d(size, stride):
    (x,) = draw((24, 32, 27, 30))
    assert x.size > 1.5 * VALUES
    dy, y, gradients = torch_gradients(lambda t: F.max_pool2d(t, size, stride), x)
    agree([bp.max_pool2d(x, size, stride)], [y])
    agree([bp.max_pool2d_backward(dy, x, size, stride)], gradients)


def test_batch_norm():
    x, gamma, beta = draw((40, 33, 25, 20), (33,), (33,))
    assert x.size > 1.5 * VALUES
    mean, var = np.zeros(33), np.ones(33)
    running = torch.zeros(33, dtype=torch.float64), torch.ones(33, dtype=torch.float64)
    dy, y, gradients = torch_gradients(
        lambda t, scale, shift: F.batch_norm(t, *running, scale, shift, True), x, gamma, beta
    )
    agree(bp.batch_norm(x, gamma, beta, mean, var, True), [y, *(r.numpy() for r in running)])
    agree(bp.batch_norm_backward(dy, x, gamma), gradients)
