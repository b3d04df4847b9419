"""The reference of lesson 01 against torch, against the plain loops, and on bad input."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from coursekit.convolution import (
    avg_pool2d,
    avg_pool2d_naive,
    conv2d,
    conv2d_naive,
    conv_matrix,
    conv_parameters,
    correlate2d,
    correlate2d_naive,
    correlate_nd,
    global_avg_pool2d,
    max_pool2d,
    max_pool2d_naive,
    output_size,
    pair,
    receptive_field,
)

small = st.integers(1, 4)
pairs = st.tuples(small, small)


@st.composite
def layers(draw):
    """A layer and its input: any kernel that fits, strides and paddings of rows and columns."""
    n, channels, filters = draw(small), draw(small), draw(small)
    kernel, stride = draw(pairs), draw(pairs)
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    extra = draw(st.tuples(st.integers(0, 7), st.integers(0, 7)))
    sizes = [max(1, k - 2 * p) + e for k, p, e in zip(kernel, padding, extra, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.normal(size=(n, channels, *sizes))
    weight = rng.normal(size=(filters, channels, *kernel))
    return x, weight, rng.normal(size=filters), stride, padding


@given(layers())
def test_conv2d_agrees_with_torch_and_with_the_loops(layer):
    x, weight, bias, stride, padding = layer
    y = conv2d(x, weight, bias, stride, padding)
    tensors = map(torch.from_numpy, (x, weight, bias))
    expected = torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding)
    np.testing.assert_allclose(y, expected.numpy(), rtol=1e-10, atol=1e-10)
    looped = conv2d_naive(x, weight, bias, stride, padding)
    np.testing.assert_allclose(y, looped, rtol=1e-10, atol=1e-10)


@given(layers())
def test_correlate2d_agrees_with_conv2d_and_with_the_loops(layer):
    x, weight, _, stride, padding = layer
    y = correlate2d(x[0, 0], weight[0, 0], stride, padding)
    np.testing.assert_allclose(
        y, conv2d(x[:1, :1], weight[:1, :1], np.zeros(1), stride, padding)[0, 0], atol=1e-10
    )
    np.testing.assert_allclose(
        y, correlate2d_naive(x[0, 0], weight[0, 0], stride, padding), atol=1e-10
    )


@given(layers())
def test_pooling_agrees_with_torch_and_with_the_loops(layer):
    x, weight, _, stride, _ = layer
    size = tuple(min(k, n) for k, n in zip(weight.shape[2:], x.shape[2:], strict=True))
    tensor = torch.from_numpy(x)
    for ours, naive, theirs in (
        (max_pool2d, max_pool2d_naive, torch.nn.functional.max_pool2d),
        (avg_pool2d, avg_pool2d_naive, torch.nn.functional.avg_pool2d),
    ):
        for step in (stride, None):
            expected = theirs(tensor, size, step).numpy()
            np.testing.assert_allclose(ours(x, size, step), expected, atol=1e-12)
            np.testing.assert_allclose(naive(x, size, step), expected, atol=1e-12)


@given(layers())
def test_the_matrix_of_a_kernel_does_what_the_kernel_does(layer):
    x, weight, *_ = layer
    image = np.pad(x[0, 0], 3)
    kernel = weight[0, 0]
    product = conv_matrix(kernel, image.shape) @ image.ravel()
    np.testing.assert_allclose(product, correlate2d(image, kernel).ravel(), atol=1e-10)


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 6), st.integers(0, 4))
def test_output_size_counts_the_positions(n, kernel, stride, padding):
    if kernel <= n + 2 * padding:
        starts = range(0, n + 2 * padding - kernel + 1, stride)
        assert output_size(n, kernel, stride, padding) == len(starts)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), max_size=4))
def test_the_receptive_field_is_how_far_the_gradient_reaches(stack):
    field = receptive_field(stack)
    size = field + 2
    x = torch.zeros(1, 1, size, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride in stack:
        y = torch.nn.functional.conv1d(
            y, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride
        )
    y[0, 0, 0].backward()
    seen = torch.nonzero(x.grad[0, 0]).ravel()
    assert int(seen[-1] - seen[0]) + 1 == field


def test_correlate_nd_in_one_two_and_three_dimensions_agrees_with_torch():
    rng = np.random.default_rng(0)
    for shape, kernel_shape, layer in (
        ((9,), (4,), torch.nn.functional.conv1d),
        ((6, 7), (2, 3), torch.nn.functional.conv2d),
        ((5, 6, 7), (2, 3, 4), torch.nn.functional.conv3d),
    ):
        x, kernel = rng.normal(size=shape), rng.normal(size=kernel_shape)
        expected = layer(torch.from_numpy(x)[None, None], torch.from_numpy(kernel)[None, None])
        np.testing.assert_allclose(correlate_nd(x, kernel), expected[0, 0].numpy(), atol=1e-12)


def test_global_average_pooling_is_the_mean_of_each_channel():
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    np.testing.assert_array_equal(global_avg_pool2d(x)[1], [13.5, 17.5, 21.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_input_is_kept(dtype):
    x, weight, bias = np.ones((1, 2, 5, 5), dtype), np.ones((3, 2, 3, 3), dtype), np.ones(3, dtype)
    assert conv2d(x, weight, bias, 2, 1).dtype == dtype
    assert correlate2d(x[0, 0], weight[0, 0]).dtype == dtype
    assert max_pool2d(x, 2).dtype == dtype
    assert avg_pool2d(x, (2, 3)).dtype == dtype
    assert conv_matrix(weight[0, 0], (5, 5)).dtype == dtype


def test_inputs_are_left_as_they_are():
    rng = np.random.default_rng(1)
    x, weight, bias = rng.normal(size=(2, 2, 6, 6)), rng.normal(size=(2, 2, 3, 3)), np.ones(2)
    before = [value.copy() for value in (x, weight, bias)]
    conv2d(x, weight, bias, 1, 1)
    correlate2d(x[0, 0], weight[0, 0], 1, 1)
    max_pool2d(x, 2)
    avg_pool2d(x, 2)
    for value, old in zip((x, weight, bias), before, strict=True):
        np.testing.assert_array_equal(value, old)


IMAGE, KERNEL = np.ones((4, 5)), np.ones((3, 3))
BATCH, WEIGHT, BIAS = np.ones((2, 3, 4, 5)), np.ones((2, 3, 3, 3)), np.ones(2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: correlate2d(IMAGE, np.ones((6, 2))), "size 6 does not fit into 4 pixels"),
        (lambda: correlate2d(IMAGE, KERNEL, 0), "stride must be at least 1"),
        (lambda: correlate2d(IMAGE, KERNEL, 1, -1), "padding >= 0"),
        (lambda: correlate2d(IMAGE.tolist(), KERNEL), r"x must be a NumPy array \(H, W\)"),
        (lambda: correlate2d(BATCH[0], KERNEL), r"x must have 2 axes \(H, W\), got shape"),
        (lambda: correlate2d(IMAGE, KERNEL, 1.5), "whole number"),
        (lambda: correlate2d(IMAGE, KERNEL, (1, 2, 3)), "whole number"),
        (lambda: conv2d(BATCH[0], WEIGHT, BIAS), "x must have 4 axes"),
        (lambda: conv2d(BATCH, WEIGHT[:, :2], BIAS), "3 channels, but the filters are 2 deep"),
        (lambda: conv2d(BATCH, WEIGHT, np.ones(3)), "2 filters need 2 biases"),
        (lambda: conv2d(BATCH, WEIGHT, 0.0), "bias must be a NumPy array"),
        (lambda: max_pool2d(BATCH, 9), "does not fit"),
        (lambda: max_pool2d(IMAGE, 2), "4 axes"),
        (lambda: avg_pool2d(BATCH, 2, 0), "stride must be at least 1"),
        (lambda: conv_matrix(KERNEL, (2, 9)), "does not fit"),
        (lambda: correlate_nd(IMAGE, np.ones(3)), "2 axes, the kernel 1"),
        (lambda: output_size(5, 0), "kernel must be >= 1"),
        (lambda: pair("3x3"), "."),
    ],
)
def test_bad_input_gives_one_clear_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_lectures_counts():
    assert conv_parameters(3, 96, 11) == 34_944
    assert (55 * 55 * 3 + 1) * 55 * 55 * 96 == 2_635_670_400
    assert 3 * conv_parameters(64, 64, 3, bias=False) == 27 * 64**2
    assert conv_parameters(64, 64, 7, bias=False) == 49 * 64**2
