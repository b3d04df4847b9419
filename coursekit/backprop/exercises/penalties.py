"""The exercise about penalties on large weights: elastic_net."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.backprop import lecture, reference
from coursekit.backprop.reference import elastic_net
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]


def _weights(rng: np.random.Generator) -> list[Case]:
    rows, columns = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    l1, l2 = (float(v) for v in np.round(rng.uniform([0.2, 1.1], [0.9, 2.0]), 2))
    w = rng.normal(size=(rows, columns))
    sparse = np.where(rng.random((rows, columns)) < 0.5, 0.0, w)
    sparse[0, 1], sparse[0, 0] = 0.0, -0.7
    return [
        Case("random", (w, l1, l2)),
        Case("random with zeros", (sparse, l2, l1)),
        Case("random kernels", (rng.normal(size=(2, columns, 3, 3)), l1, l2)),
    ]


def _parts(w: Array) -> tuple[float, float, Array, Array]:
    return float(np.abs(w).sum()), float((w**2).sum()), np.sign(w), 2 * w


def _half(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    a, q, da, dq = _parts(w)
    return l1 * a + l2 * q, l1 * da + l2 * dq / 2


def _half_both(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    return elastic_net(w, l1, l2 / 2)


def _sign_at_zero(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    penalty, gradient = elastic_net(w, l1, l2)
    return penalty, gradient + l1 * (w == 0)


def _first_left_out(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    rest = w.copy()
    rest[..., 0] = 0.0
    return elastic_net(rest, l1, l2)


def _absolute_forgotten(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    _, q, _, dq = _parts(w)
    return float(l1 * w.sum() + l2 * q), l1 + l2 * dq


def _absolute_forgotten_in_penalty(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    _, q, da, dq = _parts(w)
    return float(l1 * w.sum() + l2 * q), l1 * da + l2 * dq


def _mean(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    penalty, gradient = elastic_net(w, l1, l2)
    return penalty / w.size, gradient / w.size


def _root(w: Array, l1: float, l2: float) -> tuple[float, Array]:
    a, q, da, _ = _parts(w)
    norm = float(np.sqrt(q))
    return l1 * a + l2 * norm, l1 * da + l2 * w / norm


ELASTIC_NET = Exercise(
    id="backprop.elastic_net",
    reference=reference.elastic_net,
    visible=(
        Case("L2, one weight at work (002)", (lecture.W_SPARSE, 0.0, 1.0)),
        Case("L2, spread out (002)", (lecture.W_SPREAD, 0.0, 1.0)),
        Case("L1, one weight at work (002)", (lecture.W_SPARSE, 1.0, 0.0)),
        Case("L1, spread out (002)", (lecture.W_SPREAD, 1.0, 0.0)),
        Case("both, β = 0.5 (002)", (lecture.W_SPARSE, 1.0, 0.5)),
        Case("both signs", (np.array([1.5, -2.0, 0.5]), 0.3, 0.7)),
        Case("a matrix with zeros", (np.array([[0.0, -1, 2], [3, 0, -0.5]]), 0.8, 0.25)),
        Case(
            "kernels (2, 1, 2, 3)",
            (np.round(np.random.default_rng(91).normal(size=(2, 1, 2, 3)), 1), 0.2, 0.6),
        ),
    ),
    hidden=_weights,
    terms=lambda case: 2 * case.args[0].size,
    misconceptions=(
        Misconception(
            "factor 2 missing",
            _half,
            "The gradient of l2 · w² is 2 · l2 · w: the factor 2 is missing.",
        ),
        Misconception(
            "half the squared part",
            _half_both,
            "You use l2 / 2 · sum w², which is common with weight decay. Here, as in lecture 002, "
            "the penalty is l2 · sum w², without the half.",
        ),
        Misconception(
            "sign of zero",
            _sign_at_zero,
            "At w = 0 your gradient pushes the weight away: |w| has no slope there, and 0 is the "
            "choice that leaves a zero weight alone.",
        ),
        Misconception(
            "first weight left out as a bias",
            _first_left_out,
            "You leave out the first entry of each row, as if it were a bias. Biases are indeed "
            "not penalised, but w holds weights only: all of them count.",
        ),
        Misconception(
            "absolute value forgotten",
            _absolute_forgotten,
            "You add up the weights with their signs, so that positive and negative ones cancel. "
            "L1 adds up absolute values; its slope is the sign.",
        ),
        Misconception(
            "absolute value forgotten in the penalty",
            _absolute_forgotten_in_penalty,
            "Your gradient is right, but the penalty adds up the weights with their signs: take "
            "absolute values.",
        ),
        Misconception(
            "mean",
            _mean,
            "You average over the weights; both penalties are sums.",
        ),
        Misconception(
            "l1 and l2 exchanged",
            lambda w, l1, l2: elastic_net(w, l2, l1),
            "l1 belongs to the absolute values, l2 to the squares: you have them the other way "
            "round.",
        ),
        Misconception(
            "norm not squared",
            _root,
            "You penalise the length of w, the root of the sum of squares. The L2 penalty of "
            "lecture 002 is the sum of squares itself.",
        ),
    ),
    hints=(
        "Write the penalty for a single weight w = −2, and its slope there. Then for w = 0.",
        "The penalty is two sums over all entries, each with its strength. The slope of |w| is the "
        "sign of w (NumPy has a function for it, and it is 0 at 0); the slope of a square you "
        "know.",
    ),
)
