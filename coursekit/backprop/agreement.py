"""Every layer with its forward pass, its backward pass and its loops, to be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.backprop import reference as bp

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Layer:
    """One layer on given inputs.

    inputs: what is differentiated. forward: from the inputs to the output. backward and loops: from
    dy to the gradients of the inputs (the loops may leave out the last ones).
    """

    inputs: tuple[Array, ...]
    forward: Callable[..., Any]
    backward: Callable[[Any], Sequence[Array]]
    loops: Callable[[Any], Sequence[Array]]

    def upstream(self) -> Any:
        """A random dy for the output, the same every time."""
        shape = np.shape(self.forward(*self.inputs))
        return np.random.default_rng(1).normal(size=shape)

    def differences(self, eps: float = 1e-5) -> list[Array]:
        """Central differences of sum(dy * forward(inputs)) for every input."""
        dy = self.upstream()

        def total(i: int, value: Array) -> float:
            given = (*self.inputs[:i], value, *self.inputs[i + 1 :])
            return float(np.sum(dy * self.forward(*given)))

        return [
            bp.numerical_gradient(lambda v, i=i: total(i, v), value, eps)  # type: ignore[misc]
            for i, value in enumerate(self.inputs)
        ]


#: The classes of the rows that the cross-entropy below is applied to.
LABELS = np.array([0, 11, 3, 3])
#: The random numbers and the rate of the dropout below.
UNIFORM, RATE = np.random.default_rng(2).random((2, 3, 6, 7)), 0.4


def layers() -> dict[str, Layer]:
    """Give all layers of the lesson on small random arrays, by name."""
    rng = np.random.default_rng(0)
    x, scores = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(4, 12))
    w, b = rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    W, units = rng.normal(size=(5, 126)), rng.normal(size=5)
    gamma, beta = rng.normal(size=(2, 3))
    running = np.zeros(3), np.ones(3)
    return {
        "linear": Layer(
            (x, W, units),
            bp.linear,
            lambda dy: bp.linear_backward(dy, x, W),
            lambda dy: bp.linear_backward_naive(dy, x, W),
        ),
        "ReLU": Layer(
            (x,),
            bp.relu,
            lambda dy: [bp.relu_backward(dy, x)],
            lambda dy: [bp.relu_backward_naive(dy, x)],
        ),
        "softmax cross-entropy": Layer(
            (scores,),
            lambda s: bp.softmax_cross_entropy(s, LABELS)[0],
            lambda dy: [dy * bp.softmax_cross_entropy(scores, LABELS)[1]],
            lambda dy: [dy * bp.softmax_cross_entropy_backward_naive(scores, LABELS)],
        ),
        "flatten": Layer(
            (x,),
            bp.flatten,
            lambda dy: [bp.flatten_backward(dy, x)],
            lambda dy: [bp.flatten_backward_naive(dy, x)],
        ),
        "conv2d, stride 2, padding 1": Layer(
            (x, w, b),
            lambda x, w, b: bp.conv2d(x, w, b, 2, 1),
            lambda dy: bp.conv2d_backward(dy, x, w, 2, 1),
            lambda dy: bp.conv2d_backward_naive(dy, x, w, 2, 1),
        ),
        "max_pool2d, 3, stride 2": Layer(
            (x,),
            lambda x: bp.max_pool2d(x, 3, 2),
            lambda dy: [bp.max_pool2d_backward(dy, x, 3, 2)],
            lambda dy: [bp.max_pool2d_backward_naive(dy, x, 3, 2)],
        ),
        "avg_pool2d, 2": Layer(
            (x,),
            lambda x: bp.avg_pool2d(x, 2),
            lambda dy: [bp.avg_pool2d_backward(dy, x, 2)],
            lambda dy: [bp.avg_pool2d_backward_naive(dy, x, 2)],
        ),
        "batch norm": Layer(
            (x, gamma, beta),
            lambda x, g, b: bp.batch_norm(x, g, b, *running, True)[0],
            lambda dy: bp.batch_norm_backward(dy, x, gamma),
            lambda dy: [bp.batch_norm_backward_naive(dy, x, gamma)],
        ),
        "dropout": Layer(
            (x,),
            lambda x: bp.dropout(x, RATE, UNIFORM, True),
            lambda dy: [bp.dropout_backward(dy, RATE, UNIFORM, True)],
            lambda dy: [bp.dropout_backward_naive(dy, RATE, UNIFORM)],
        ),
    }
