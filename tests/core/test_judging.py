"""Which misconception explains an answer: one that explains every case, or none."""

from dataclasses import replace

import numpy as np
import pytest

from coursekit.convolution import conv2d, receptive_field
from coursekit.core import registry
from coursekit.core.calling import Printed, local_call
from coursekit.core.judging import Outcome, judge


def why(exercise_id, function):
    exercise = registry.get(exercise_id)
    verdict = judge(exercise, exercise.visible, local_call(exercise, function, Printed()))
    assert verdict.status in ("failed", "error")
    return verdict.misconception and verdict.misconception.name


def previous_stride_only(layers):
    field, stride = 1, 1
    for kernel, own in layers:
        field += (kernel - 1) * stride
        stride = own
    return field


def nothing_for_no_layer(layers):
    return receptive_field(layers) if layers else 0


def unknown_name_now_and_then(x, weight, bias, stride=1, padding=0):
    if x.shape[1] > 1:
        return missing(x)  # noqa: F821
    return conv2d(x, weight, bias, stride, padding) + 1


def two_mistakes(x, weight, bias, stride=1, padding=0):
    return conv2d(x, weight[..., ::-1, ::-1].copy(), 0 * bias, stride, padding)


@pytest.mark.parametrize(
    ("exercise_id", "function"),
    [
        ("convolution.receptive_field", previous_stride_only),
        ("convolution.receptive_field", nothing_for_no_layer),
        ("convolution.conv2d", unknown_name_now_and_then),
        ("convolution.conv2d", two_mistakes),
        ("start.relu", lambda x: np.maximum(x, 1e-3)),
        ("start.relu", lambda x: x.relu()),
    ],
)
def test_a_mistake_that_no_misconception_explains_gets_no_explanation(exercise_id, function):
    assert why(exercise_id, function) is None


def test_a_crash_where_the_misconception_crashes_too_does_not_hide_it():
    def axes_swapped(x, weight, bias, stride=1, padding=0):
        return conv2d(x, np.transpose(weight, (1, 0, 2, 3)).copy(), bias, stride, padding)

    assert why("convolution.conv2d", axes_swapped) == "axes of weight swapped"


def test_an_exercise_that_cannot_use_an_answer_says_so():
    relu = registry.get("start.relu")
    exercise = replace(relu, accept=lambda case, value: None if value["mean"] > 0 else "low")
    for answer, status in (({"mean": 1}, "passed"), ({"mean": 0}, "failed"), (3, "failed")):
        found = judge(exercise, exercise.visible[:1], lambda case, a=answer: Outcome(a))
        assert found.status == status
    assert found.reason == "The result is not what is asked for (TypeError when it is used)."
