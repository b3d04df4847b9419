"""Exercises about going downhill: sgd_momentum_step, numerical_gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.backprop import reference
from coursekit.backprop.reference import numerical_gradient, sgd_momentum_step
from coursekit.core.spec import Case, Code, Exercise, Misconception

Array = np.ndarray[Any, Any]


# sgd_momentum_step -------------------------------------------------------------------------------


def _step(rng: np.random.Generator, *shape: int) -> tuple[Any, ...]:
    w, grad, velocity = rng.normal(size=(3, *shape))
    return (w, grad, velocity)


def _fixed(seed: int, *shape: int) -> tuple[Any, ...]:
    return tuple(np.round(a, 1) for a in _step(np.random.default_rng(seed), *shape))


def _steps(rng: np.random.Generator) -> list[Case]:
    lr, momentum, decay = (
        float(v) for v in np.round(rng.uniform([0.05, 0.3, 0.1], [0.5, 0.95, 0.5]), 2)
    )
    n = int(rng.integers(3, 7))
    return [
        Case("random", (*_step(rng, n), lr, momentum, decay)),
        Case("random matrix", (*_step(rng, n, 3), lr, momentum, decay)),
        Case("random, no decay", (*_step(rng, n), lr, momentum, 0.0)),
        Case("random kernels", (*_step(rng, 2, n, 3, 3), lr / 2, momentum, decay)),
    ]


def _plus(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    v = momentum * velocity + grad + weight_decay * w
    return w + lr * v, v


def _lr_inside(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    v = momentum * velocity + lr * (grad + weight_decay * w)
    return w - v, v


def _downhill_velocity(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    v = momentum * velocity - lr * (grad + weight_decay * w)
    return w + v, v


def _decay_on_velocity(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    v = momentum * velocity + grad + weight_decay * velocity
    return w - lr * v, v


def _old_velocity(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    new, _ = sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay)
    return new, velocity.copy()


def _nesterov(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    g = grad + weight_decay * w
    v = momentum * velocity + g
    return w - lr * (g + momentum * v), v


def _no_decay(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    return sgd_momentum_step(w, grad, velocity, lr, momentum, 0.0)


def _decoupled(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    v = momentum * velocity + grad
    return w - lr * (v + weight_decay * w), v


def _averaged(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    v = momentum * velocity + (1 - momentum) * (grad + weight_decay * w)
    return w - lr * v, v


def _in_place(
    w: Array, grad: Array, velocity: Array, lr: float, momentum: float, weight_decay: float
) -> tuple[Array, Array]:
    new, v = sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay)
    w[...] = new
    return w, v


SGD_MOMENTUM_STEP = Exercise(
    id="backprop.sgd_momentum_step",
    reference=reference.sgd_momentum_step,
    visible=(
        Case(
            "plain gradient descent (001)",
            (np.array([1.0]), np.array([2.0]), np.array([0.0]), 0.1, 0.0, 0.0),
            {},
            (np.array([0.8]), np.array([2.0])),
        ),
        Case("first step with momentum", (*_fixed(1, 3)[:2], np.zeros(3), 0.1, 0.9, 0.0)),
        Case("second step with momentum", (*_fixed(2, 3), 0.1, 0.9, 0.0)),
        Case("weight decay, no momentum", (*_fixed(3, 3), 0.2, 0.0, 0.1)),
        Case("momentum and weight decay", (*_fixed(4, 4), 0.1, 0.5, 0.25)),
        Case("a matrix", (*_fixed(5, 2, 3), 0.05, 0.8, 0.5)),
        Case(
            "no gradient: the velocity carries on",
            (np.array([1.0, -2]), np.zeros(2), np.array([3.0, 1]), 0.1, 0.9, 0.0),
            {},
            (np.array([0.73, -2.09]), np.array([2.7, 0.9])),
        ),
    ),
    hidden=_steps,
    terms=lambda case: 8,
    misconceptions=(
        Misconception(
            "plus sign",
            _plus,
            "You go uphill: the step is minus lr times the velocity. (The minus is missing in the "
            "text of lecture 001, too.)",
        ),
        Misconception(
            "learning rate inside the velocity",
            _lr_inside,
            "You multiply the gradient by lr before it enters the velocity. In torch's convention "
            "the velocity adds up plain gradients, and lr multiplies the step; the two differ as "
            "soon as lr changes.",
        ),
        Misconception(
            "velocity downhill, with the learning rate",
            _downhill_velocity,
            "Your velocity points downhill and holds the learning rate (v = momentum · v − lr · g, "
            "then w + v), as in Keras. In torch's convention it adds up plain gradients, and the "
            "step is w − lr · v.",
        ),
        Misconception(
            "decay on the velocity",
            _decay_on_velocity,
            "You add weight_decay times the velocity. Weight decay pulls on the weights: "
            "grad + weight_decay · w.",
        ),
        Misconception(
            "old velocity returned",
            _old_velocity,
            "Your step is right, but you return the velocity that came in; the next step needs "
            "the new one.",
        ),
        Misconception(
            "Nesterov",
            _nesterov,
            "This is Nesterov's momentum, which looks one step ahead. Plain momentum steps along "
            "the velocity itself.",
        ),
        Misconception(
            "decay forgotten",
            _no_decay,
            "weight_decay has no effect: add weight_decay · w to the gradient.",
        ),
        Misconception(
            "decoupled decay",
            _decoupled,
            "You take the decay off the weights directly, as AdamW does. In SGD it is part of the "
            "gradient, and enters the velocity.",
        ),
        Misconception(
            "running average",
            _averaged,
            "You weigh the gradient with 1 − momentum, which makes the velocity an average. Here, "
            "as in torch, it is a sum: momentum · velocity + gradient.",
        ),
        Misconception(
            "weights changed in place",
            _in_place,
            "The values are right, but you overwrite the caller's w (w -= ... works in place). "
            "Return a new array: w = w − ...",
        ),
    ),
    hints=(
        "Without momentum and decay one line remains. Which sign does the gradient get? Then let "
        "the velocity stand where the gradient stood.",
        "Three lines: add the decay (its strength times w) to the gradient; the new velocity is "
        "the old one times momentum, plus that; the new w is the old one less lr times the new "
        "velocity. Return both.",
    ),
)


# numerical_gradient ------------------------------------------------------------------------------


def _code(expression: str) -> Code:
    return Code("f", f"def f(x):\n    return {expression}\n")


_SQUARES = _code("float((x ** 2).sum())")
_CUBES = _code("float((x ** 3).sum())")
_PRODUCT = _code("float(x.prod())")
_MIXED = _code("float(np.sin(x).sum() * (x ** 2).sum())")


def _functions(rng: np.random.Generator) -> list[Case]:
    n = int(rng.integers(3, 6))
    a, b = (float(v) for v in np.round(rng.uniform(1.0, 3.0, 2), 2))
    quartic = _code(f"float(({a} * x ** 4 + {b} * x).sum())")
    coupled = _code(f"float(({a} * x ** 2).sum() + {b} * x.prod())")
    flat = _code(f"float((x.ravel() ** 2 * ({b} + np.arange(x.size))).sum())")
    return [
        Case("random vector", (quartic, rng.uniform(0.5, 1.5, n))),
        Case("random matrix", (flat, rng.uniform(-1.5, 1.5, (2, n)))),
        Case("random, eps 1e-3", (quartic, rng.uniform(0.5, 1.5, n), 1e-3)),
        Case("random integers", (coupled, rng.integers(1, 4, size=n))),
        Case("random, three axes", (coupled, rng.uniform(0.5, 1.5, (2, 2, 2)), 1e-4)),
    ]


Function = Callable[[Array], Any]


def _one_sided(f: Function, x: Array, eps: float = 1e-6) -> Array:
    return _differences(f, x, lambda at, i: (at(i, eps) - at(i, 0.0)) / eps)


def _backward(f: Function, x: Array, eps: float = 1e-6) -> Array:
    return _differences(f, x, lambda at, i: (at(i, 0.0) - at(i, -eps)) / eps)


def _not_doubled(f: Function, x: Array, eps: float = 1e-6) -> Array:
    return _differences(f, x, lambda at, i: (at(i, eps) - at(i, -eps)) / eps)


def _sign(f: Function, x: Array, eps: float = 1e-6) -> Array:
    return _differences(f, x, lambda at, i: (at(i, -eps) - at(i, eps)) / (2 * eps))


def _differences(f: Function, x: Array, slope: Callable[..., float]) -> Array:
    def at(i: tuple[int, ...], step: float) -> Any:
        moved = x.astype(float)
        moved[i] += step
        return f(moved)

    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        gradient[i] = slope(at, i)
    return gradient


def _x_changed(f: Function, x: Array, eps: float = 1e-6) -> Array:
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        gradient[i] = (above - f(x)) / (2 * eps)
    return gradient


def _integers(f: Function, x: Array, eps: float = 1e-6) -> Array:
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] = above[i] + eps
        below[i] = below[i] - eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


def _shared(f: Function, x: Array, eps: float = 1e-6) -> Array:
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above = below = x.astype(float)
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


def _one_coordinate(f: Function, x: Array, eps: float = 1e-6) -> Array:
    right = numerical_gradient(f, x, eps)
    gradient = np.zeros(x.shape)
    gradient.flat[0] = right.flat[0]
    return gradient


def _all_at_once(f: Function, x: Array, eps: float = 1e-6) -> Array:
    slope = (f(x + eps) - f(x - eps)) / (2 * eps)
    return np.full(x.shape, slope)


NUMERICAL_GRADIENT = Exercise(
    id="backprop.numerical_gradient",
    reference=reference.numerical_gradient,
    visible=(
        Case("f = x1² + x2² + x3²", (_SQUARES, np.array([1.0, -2, 3]))),
        Case("one number: f = x³ at 2, eps 0.01", (_CUBES, np.array([2.0]), 0.01)),
        Case("f = x1³ + x2³, eps 0.001", (_CUBES, np.array([1.5, -0.5]), 1e-3)),
        Case("f = x1 · x2 · x3", (_PRODUCT, np.array([2.0, 3, -1]))),
        Case("integers", (_SQUARES, np.array([1, -2, 3]))),
        Case("a matrix", (_MIXED, np.array([[0.5, 1, -1], [2, 0.3, 0.7]]))),
        Case("a matrix of integers", (_PRODUCT, np.array([[1, 2], [3, 4]]), 1e-4)),
    ),
    hidden=_functions,
    # Differences of f are divided by 2 eps, and its rounding errors with them.
    terms=lambda case: 10_000_000,
    misconceptions=(
        Misconception(
            "one-sided difference",
            _one_sided,
            "You compare f(x + eps) with f(x): the error of that shrinks only like eps. Take both "
            "sides, (f(x + eps) − f(x − eps)) / (2 eps): its error shrinks like eps².",
        ),
        Misconception(
            "one-sided difference, backwards",
            _backward,
            "You compare f(x) with f(x − eps). Take both sides of x: the errors of first order "
            "cancel.",
        ),
        Misconception(
            "eps not doubled",
            _not_doubled,
            "Your gradient is twice too large: the two points are 2 eps apart.",
        ),
        Misconception(
            "sign",
            _sign,
            "You subtract the upper value from the lower one; it is f(x + eps) − f(x − eps).",
        ),
        Misconception(
            "x changed",
            _x_changed,
            "You move the caller's x and do not put it back, so the next coordinate starts from a "
            "wrong place. Work on copies.",
        ),
        Misconception(
            "integers stay integers",
            _integers,
            "With integers your copies are integers too, and adding 1e-6 changes nothing. Convert "
            "x to float first.",
        ),
        Misconception(
            "copies shared",
            _shared,
            "All your slopes are 0: f gets the same values at both points. If both are one array, "
            "what you add for one, you subtract for the other: make two copies. And see that what "
            "you move is what f gets, not a copy of it.",
        ),
        Misconception(
            "one coordinate",
            _one_coordinate,
            "Only the first coordinate has a slope, all others are 0: repeat it for every entry "
            "of x (and return after the loop).",
        ),
        Misconception(
            "all coordinates at once",
            _all_at_once,
            "You move all coordinates together, which gives one slope along the diagonal. A "
            "gradient has one slope for each coordinate: move them one by one.",
        ),
    ),
    hints=(
        "For one number: what do f slightly above and slightly below x tell you about the slope? "
        "How far apart are the two points?",
        "Make zeros of floating-point numbers in the shape of x. For every index (np.ndindex goes "
        "through all axes) take two fresh copies of x as floats, raise one and lower the other at "
        "that index by eps, and divide the difference of f by the distance.",
    ),
)
