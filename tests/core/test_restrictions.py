"""Which packages a solution uses is seen wherever the name comes from."""

import contextlib
import functools
import math

import numpy as np
import pytest
import torch
from torch.nn.functional import relu as torch_relu

from coursekit.convolution import conv2d
from coursekit.core import registry
from coursekit.core.restrictions import forbidden_package

RELU = registry.get("start.relu")


def helper(x):
    return torch.relu(x)


class Holder:
    def relu(self, x):
        return torch.relu(x)


def uses_module(x):
    return torch.relu(x)


def uses_function(x):
    return torch_relu(x)


def imports_inside(x):
    import torch.nn.functional

    return torch.nn.functional.relu(x)


def uses_helper(x):
    return helper(x)


def uses_class(x):
    return Holder().relu(x)


def uses_inner_function(x):
    def inner(y):
        return torch.relu(y)

    return inner(x)


def hides_in_a_default(x, f=torch.relu):
    return f(x)


@functools.cache
def remembered(x):
    return torch.relu(x)


def uses_cached_helper(x):
    return remembered(x)


@contextlib.contextmanager
def opened(x):
    yield torch.relu(x)


def uses_decorated_helper(x):
    with opened(x) as y:
        return y


half = functools.partial(helper, 0.5)


def uses_partial(x):
    return half()


def uses_reference(x):
    return conv2d(x)


def clean(x):
    import itertools

    return np.maximum(x, 0) + math.floor(0.5) + len(list(itertools.chain([])))


@pytest.mark.parametrize(
    "function",
    [
        uses_module,
        uses_function,
        imports_inside,
        uses_helper,
        uses_class,
        uses_inner_function,
        hides_in_a_default,
        uses_cached_helper,
        uses_decorated_helper,
        uses_partial,
    ],
)
def test_torch_is_seen(function):
    assert forbidden_package(RELU, function) == "torch"


def test_the_courses_reference_is_seen():
    assert forbidden_package(RELU, uses_reference) == "coursekit"


def test_numpy_and_the_standard_library_are_free():
    assert forbidden_package(RELU, clean) is None
