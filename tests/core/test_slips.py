"""Slips that have no name among the misconceptions: the visible cases must reject them as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from coursekit.backprop import reference as backprop
from coursekit.convolution import reference as convolution
from coursekit.convolution.reference import output_size, pair
from coursekit.core import registry
from coursekit.core.calling import Printed, local_call
from coursekit.core.judging import judge

Array = np.ndarray[Any, Any]


def _padded(x: Array, rows: tuple[int, int], columns: tuple[int, int], fill: float = 0.0) -> Array:
    return np.pad(x, ((0, 0), (0, 0), rows, columns), constant_values=fill)


def padding_times_stride(x, weight, bias, stride=1, padding=0):
    """The window of output row r starts at (r − padding) · stride."""
    (sh, _), (ph, pw) = pair(stride), pair(padding)
    rows = output_size(x.shape[2], weight.shape[2], sh, ph)
    padded = _padded(x, (ph * sh, ph), (pw, pw))
    return convolution.conv2d(padded, weight, bias, stride)[:, :, :rows].copy()


def columns_padded_for_rows(x, weight, bias, stride=1, padding=0):
    ph, pw = pair(padding)
    return convolution.conv2d(_padded(x, (ph, ph), (pw, ph)), weight, bias, stride)


def stride_over_images(x, weight, bias, stride=1, padding=0):
    y = convolution.conv2d(x, weight, bias, stride, padding)
    return y[:: pair(stride)[0]].copy()


def width_from_the_rows(pool: Callable[..., Array], fill: float) -> Callable[..., Array]:
    def wrong(x, size, stride=None):
        (kh, _), (_, sw) = pair(size), pair(size if stride is None else stride)
        columns = output_size(x.shape[3], kh, sw)
        return pool(_padded(x, (0, 0), (0, 9), fill), size, stride)[..., :columns].copy()

    return wrong


def largest_from_minus_1000(x, size, stride=None):
    return np.maximum(convolution.max_pool2d(x, size, stride), -1000.0)


def area_squared_without_bias(in_channels, out_channels, kernel_size, bias=True):
    if bias:
        return convolution.conv_parameters(in_channels, out_channels, kernel_size)
    return in_channels * out_channels * pair(kernel_size)[0] ** 2


def only_images_are_shaped_back(dy, x, weight):
    dx, dweight, dbias = backprop.linear_backward(dy, x, weight)
    return (dx if x.ndim in (2, 4) else dx.reshape(len(x), -1)), dweight, dbias


def full_convolution(dy, x, weight, stride=1, padding=0):
    """Dx as a convolution of dy padded by kernel − 1 − padding, which may not be negative."""
    if min(np.subtract(weight.shape[2:], 1) - pair(padding)) < 0:
        raise ValueError("index can't contain negative values")
    return backprop.conv2d_backward(dy, x, weight, stride, padding)


def a_pixel_gets_it_once(dy, x, size, stride=None):
    """Each pixel takes part in one window only: the first in which it is largest."""
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx, taken = np.zeros_like(x), np.zeros(x.shape, dtype=bool)
    for n, k, r, c in np.ndindex(dy.shape):
        rows, columns = slice(r * sh, r * sh + kh), slice(c * sw, c * sw + kw)
        window, free = x[n, k, rows, columns], ~taken[n, k, rows, columns]
        places = np.argwhere((window == window.max()) & free)
        if len(places):
            place = n, k, r * sh + places[0][0], c * sw + places[0][1]
            taken[place], dx[place] = True, dx[place] + dy[n, k, r, c]
    return dx


def last_of_equals_in_windows_but_2x2(dy, x, size, stride=None):
    right = backprop.max_pool2d_backward(dy, x, size, stride)
    if pair(size) == (2, 2):
        return right
    flipped = backprop.max_pool2d_backward(
        dy[..., ::-1, ::-1].copy(), x[..., ::-1, ::-1].copy(), size, stride
    )
    step = pair(size if stride is None else stride)
    sizes = zip(x.shape[2:], pair(size), step, strict=True)
    fits = all((n - k) % s == 0 for n, k, s in sizes)
    return flipped[..., ::-1, ::-1].copy() if fits else right


def eps_of_training_alone(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    eps = eps if training else 1e-5
    averages = running_mean, running_var
    return backprop.batch_norm(x, gamma, beta, *averages, training, momentum, eps)


def walk(
    overwrites: tuple[str, ...] = (), by_size: bool = False, by_quotient: bool = False
) -> Callable[[Any, Array], Array]:
    """Walk a tape; some operations set a gradient where they should add to it."""

    def wrong(tape: Any, values: Array) -> Array:
        gradients = np.zeros(len(tape))
        gradients[-1] = 1.0
        for node in reversed(range(len(tape))):
            name, operands = tape[node]
            a, b = ([float(values[i]) for i in operands] + [0.0, 0.0])[:2]
            largest = abs(a) >= abs(b) if by_size else a >= b
            with np.errstate(divide="ignore", invalid="ignore"):
                product = list(values[node] / np.array([a, b])) if by_quotient else [b, a]
            slopes = {
                "add": [1.0, 1.0],
                "sub": [1.0, -1.0],
                "mul": product,
                "max": [1.0, None] if largest else [None, 1.0],
                "sigmoid": [values[node] * (1 - values[node])],
            }.get(name, [])
            for operand, slope in zip(operands, slopes, strict=True):
                if slope is not None:
                    kept = 0.0 if name in overwrites else gradients[operand]
                    gradients[operand] = kept + gradients[node] * slope
        return gradients

    return wrong


SLIPS = [
    ("convolution.conv2d", padding_times_stride),
    ("convolution.conv2d", columns_padded_for_rows),
    ("convolution.conv2d", stride_over_images),
    ("convolution.max_pool2d", width_from_the_rows(convolution.max_pool2d, -np.inf)),
    ("convolution.max_pool2d", largest_from_minus_1000),
    ("convolution.avg_pool2d", width_from_the_rows(convolution.avg_pool2d, 0.0)),
    ("convolution.conv_parameters", area_squared_without_bias),
    ("backprop.linear_backward", only_images_are_shaped_back),
    ("backprop.conv2d_backward", full_convolution),
    ("backprop.max_pool2d_backward", a_pixel_gets_it_once),
    ("backprop.max_pool2d_backward", last_of_equals_in_windows_but_2x2),
    ("backprop.batch_norm", eps_of_training_alone),
    *(("backprop.tape_gradients", walk((name,))) for name in ("add", "sub", "max", "sigmoid")),
    ("backprop.tape_gradients", walk(by_size=True)),
    ("backprop.tape_gradients", walk(by_quotient=True)),
]


@pytest.mark.parametrize(("exercise_id", "slip"), SLIPS)
def test_the_visible_cases_reject_a_slip(exercise_id: str, slip: Callable[..., Any]) -> None:
    room = exercise_id.partition(".")[0]
    exercise = next(e for e in registry.lesson(room).exercises if e.id == exercise_id)
    found = judge(exercise, exercise.visible, local_call(exercise, slip, Printed()))
    assert found.status in ("failed", "error")


def test_the_walk_itself_is_right() -> None:
    exercise = next(e for e in registry.lesson("backprop").exercises if e.name == "tape_gradients")
    assert (
        judge(exercise, exercise.visible, local_call(exercise, walk(), Printed())).status
        == "passed"
    )
