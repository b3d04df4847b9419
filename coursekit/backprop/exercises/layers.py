"""Exercises about the layers at the end of a network: softmax_cross_entropy, linear_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.backprop import lecture, reference
from coursekit.backprop.reference import (
    linear_backward,
    softmax,
    softmax_backward,
    softmax_cross_entropy,
)
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]


def _numbers(*shape: int, seed: int) -> Array:
    """Fixed test values, one decimal, of both signs."""
    return np.round(np.random.default_rng(seed).normal(size=shape), 1)


# softmax_cross_entropy ---------------------------------------------------------------------------


def _batches(rng: np.random.Generator) -> list[Case]:
    n, k = int(rng.integers(3, 7)), int(rng.integers(3, 6))
    far = rng.normal(size=(n, k))
    labels = rng.integers(k, size=n)
    far[np.arange(n), labels] -= 80  # the true classes are next to impossible
    high = 900 * rng.permutation(n)[:, None] % 2700
    return [
        Case("random", (2 * rng.normal(size=(n, k)), rng.integers(k, size=n))),
        Case("random, as many classes as rows", (rng.normal(size=(k, k)), rng.integers(k, size=k))),
        Case("random, confident and wrong", (far, labels)),
        # The levels of the rows are far apart.
        Case("random, large scores", (high + rng.normal(0, 60, (n, k)), rng.integers(k, size=n))),
    ]


def _true(values: Array, labels: Array) -> Array:
    return values[np.arange(len(labels)), labels]


def _minus_one(p: Array, labels: Array) -> Array:
    """Subtract the one-hot labels."""
    return p - np.eye(p.shape[1])[labels]


def _overflow(scores: Array, labels: Array) -> tuple[float, Array]:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp(scores)
        p = powers / powers.sum(axis=1, keepdims=True)
        loss = float(-np.log(_true(p, labels)).mean())
    return loss, _minus_one(p, labels) / len(labels)


def _one_maximum(scores: Array, labels: Array) -> tuple[float, Array]:
    return _overflow(scores - scores.max(), labels)


def _overflow_in_the_sum(scores: Array, labels: Array) -> tuple[float, Array]:
    with np.errstate(over="ignore"):
        loss = np.log(np.exp(scores).sum(axis=1)) - _true(scores, labels)
    return float(loss.mean()), softmax_cross_entropy(scores, labels)[1]


def _sum(scores: Array, labels: Array) -> tuple[float, Array]:
    loss, dscores = softmax_cross_entropy(scores, labels)
    return loss * len(labels), dscores * len(labels)


def _gradient_of_the_sum(scores: Array, labels: Array) -> tuple[float, Array]:
    loss, dscores = softmax_cross_entropy(scores, labels)
    return loss, dscores * len(labels)


def _one_vs_rest(scores: Array, labels: Array) -> tuple[float, Array]:
    p, true = softmax(scores), np.eye(scores.shape[1], dtype=bool)[labels]
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = -np.log(np.where(true, p, 1 - p)).sum(axis=1).mean()
        dp = np.where(true, -1 / p, 1 / (1 - p)) / len(labels)
        return float(loss), softmax_backward(dp, p)


def _printed(scores: Array, labels: Array) -> tuple[float, Array]:
    p, true = softmax(scores), np.eye(scores.shape[1], dtype=bool)[labels]
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = np.where(true, -np.log(p), np.log(1 - p)).sum(axis=1).mean()
        dp = np.where(true, -1 / p, -1 / (1 - p)) / len(labels)
        return float(loss), softmax_backward(dp, p)


def _clipped(scores: Array, labels: Array) -> tuple[float, Array]:
    p = softmax(scores)
    loss = -np.log(np.maximum(_true(p, labels), 1e-12)).mean()
    return float(loss), _minus_one(p, labels) / len(labels)


def _added(scores: Array, labels: Array) -> tuple[float, Array]:
    p = softmax(scores)
    return float(-np.log(_true(p, labels) + 1e-12).mean()), _minus_one(p, labels) / len(labels)


def _wrong_axis(scores: Array, labels: Array) -> tuple[float, Array]:
    p = softmax(scores.T).T
    with np.errstate(divide="ignore"):
        loss = -np.log(_true(p, labels)).mean()
    return float(loss), _minus_one(p, labels) / len(labels)


def _probabilities(scores: Array, labels: Array) -> tuple[float, Array]:
    return softmax_cross_entropy(scores, labels)[0], softmax(scores) / len(labels)


SOFTMAX_CROSS_ENTROPY = Exercise(
    id="backprop.softmax_cross_entropy",
    reference=reference.softmax_cross_entropy,
    visible=(
        Case("three classes, the first is true (002)", (lecture.SCORES_002, lecture.LABEL_002)),
        Case("two rows", (np.array([[1.0, 2, 0.5], [0, 0, 3]]), np.array([2, 0]))),
        Case("four rows, five classes", (_numbers(4, 5, seed=31), np.array([0, 4, 2, 2]))),
        Case("as many classes as rows", (_numbers(3, 3, seed=32), np.array([1, 1, 0]))),
        Case("all scores equal", (np.full((2, 4), 7.0), np.array([3, 0])), {}),
        Case(
            "confident and wrong: −log p = 40",
            (np.array([[0.0, -40.0], [0.0, 1.0]]), np.array([1, 1])),
        ),
        Case(
            "scores of 1000",
            (np.array([[1000.0, 998, 0], [-1000, 0, 1000]]), np.array([0, 1])),
        ),
        Case(
            "a row of small scores, a row of large ones",
            (np.array([[0.0, 1.0, 2.0], [1000, 1001, 999]]), np.array([0, 1])),
        ),
    ),
    hidden=_batches,
    terms=lambda case: 16 * case.args[0].size,
    misconceptions=(
        Misconception(
            "overflow",
            _overflow,
            "exp(1000) is infinite, and infinity / infinity is NaN. Subtract the largest score of "
            "each row first: the softmax does not change, and no exp overflows.",
        ),
        Misconception(
            "one maximum for all rows",
            _one_maximum,
            "You subtract the largest score of all rows from each row. In a row far below it every "
            "exp is 0, and 0 / 0 is NaN. Each row needs its own: max(axis=1, keepdims=True).",
        ),
        Misconception(
            "overflow in the loss",
            _overflow_in_the_sum,
            "Your gradient is right, but log(sum(exp(scores))) overflows in the loss. Take the "
            "largest score of the row out of the logarithm: max + log(sum(exp(scores − max))).",
        ),
        Misconception(
            "sum for mean",
            _sum,
            "You add up the losses of the batch. Here, as in torch, the loss is their mean, and so "
            "is the gradient.",
        ),
        Misconception(
            "gradient not divided by N",
            _gradient_of_the_sum,
            "Your loss is the mean over the batch, but your gradient is that of the sum: divide it "
            "by the number of rows.",
        ),
        Misconception(
            "one-vs-rest (lecture 002)",
            _one_vs_rest,
            "You also add −log(1 − p) for the other classes: the one-vs-rest loss that lecture 002 "
            "prints, which belongs to sigmoids. With a softmax the loss is −log p[label] alone.",
        ),
        Misconception(
            "the formula of lecture 002 as printed",
            _printed,
            "This is the formula of lecture 002 letter by letter: without brackets its second term "
            "gets the wrong sign. With a softmax the loss is −log p[label] alone.",
        ),
        Misconception(
            "log of a clipped probability",
            _clipped,
            "You clip the probability before taking its logarithm, so that a very wrong answer "
            "costs too little. Compute log p from the scores: score − max − log(sum of exp).",
        ),
        Misconception(
            "small number added before the logarithm",
            _added,
            "You add a small number to the probability before taking its logarithm. That changes "
            "every loss a little, and that of a very wrong answer a lot. Compute log p from the "
            "scores: score − max − log(sum of exp).",
        ),
        Misconception(
            "wrong axis",
            _wrong_axis,
            "Your softmax runs down the columns. A row holds the scores of one example: sum over "
            "axis 1.",
        ),
        Misconception(
            "one-hot not subtracted",
            _probabilities,
            "Your gradient is the probabilities themselves. Subtract 1 at the true class of each "
            "row: it must be pushed up.",
        ),
    ),
    hints=(
        "Start with one row of three scores: its softmax, then minus the logarithm of one entry. "
        "The gradient of that with respect to the scores is remarkably short.",
        "Shift each row so that its largest score is 0. The log-probabilities are the shifted "
        "scores minus the logarithm of the sum of their exponentials. The gradient of one row is "
        "its probabilities, less 1 at the label; the mean over N rows divides it by N.",
    ),
)


# linear_backward ---------------------------------------------------------------------------------


def _layer(rng: np.random.Generator, shape: tuple[int, ...], units: int) -> tuple[Array, ...]:
    inputs = int(np.prod(shape[1:]))
    return (
        rng.normal(size=(shape[0], units)),
        rng.normal(size=shape),
        rng.normal(size=(units, inputs)),
    )


def _fixed(shape: tuple[int, ...], units: int, seed: int) -> tuple[Array, ...]:
    return tuple(np.round(a, 1) for a in _layer(np.random.default_rng(seed), shape, units))


def _layers(rng: np.random.Generator) -> list[Case]:
    n, a, b = int(rng.integers(2, 5)), int(rng.integers(3, 6)), int(rng.integers(6, 9))
    return [
        Case("random, square weight", _layer(rng, (n, a), a)),
        Case("random", _layer(rng, (n, b), a)),
        Case("random images", _layer(rng, (n, 2, 3, a), b)),
    ]


def _flattened_wrongly(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    backwards = x.transpose(0, *range(x.ndim - 1, 0, -1))
    dx, dweight, dbias = linear_backward(dy, backwards, weight)
    return dx.transpose(0, *range(x.ndim - 1, 0, -1)).copy(), dweight, dbias


def _with_dbias(change: Any) -> Any:
    def wrong(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
        dx, dweight, _ = linear_backward(dy, x, weight)
        return dx, dweight, change(dy)

    return wrong


def _dx_not_transposed(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    _, dweight, dbias = linear_backward(dy, x, weight)
    return (dy @ weight.T).reshape(x.shape), dweight, dbias


def _dweight_transposed(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    dx, dweight, dbias = linear_backward(dy, x, weight)
    return dx, dweight.T.copy(), dbias


def _batch_mean(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    dx, dweight, dbias = linear_backward(dy, x, weight)
    return dx, dweight / len(x), dbias / len(x)


def _flat_dx(dy: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    dx, dweight, dbias = linear_backward(dy, x, weight)
    return dx.reshape(len(x), -1), dweight, dbias


LINEAR_BACKWARD = Exercise(
    id="backprop.linear_backward",
    reference=reference.linear_backward,
    visible=(
        Case("one row, two inputs, two units", _fixed((1, 2), 2, seed=41)),
        Case("square weight, batch of three", _fixed((3, 4), 4, seed=42)),
        Case("five inputs, two units", _fixed((3, 5), 2, seed=43)),
        Case("as many rows as units", _fixed((3, 4), 3, seed=44)),
        Case("images: (2, 3, 2, 4) flattened to 24 (001)", _fixed((2, 3, 2, 4), 5, seed=45)),
        Case("images: (3, 1, 3, 2) flattened to 6 (001)", _fixed((3, 1, 3, 2), 6, seed=46)),
        Case("tables: (2, 3, 2) flattened to 6", _fixed((2, 3, 2), 4, seed=47)),
    ),
    hidden=_layers,
    terms=lambda case: max(case.args[0].size, case.args[2].size),
    misconceptions=(
        Misconception(
            "weight transposed in dx",
            _dx_not_transposed,
            "You multiply dy with weight^T, as the forward pass does. Going back, weight (units, "
            "inputs) takes you from units to inputs: no transpose.",
        ),
        Misconception(
            "dweight transposed",
            _dweight_transposed,
            "Your dweight is transposed: like weight it is (units, inputs), one row for each unit.",
        ),
        Misconception(
            "mean over the batch",
            _batch_mean,
            "You average dweight and dbias over the batch. If the loss is a mean, dy is already "
            "divided by N; the layer only adds up.",
        ),
        Misconception(
            "bias summed over the units",
            _with_dbias(lambda dy: dy.sum(axis=1)),
            "Your dbias has one number for each row of the batch. Each unit has one bias, used for "
            "every row: sum over axis 0.",
        ),
        Misconception(
            "bias not summed",
            _with_dbias(lambda dy: dy.copy()),
            "Your dbias is dy itself. A bias is used once for every row of the batch, so its "
            "gradient is the sum over the batch.",
        ),
        Misconception(
            "images flattened in the wrong order",
            _flattened_wrongly,
            "You flatten the images column by column. reshape(N, −1) goes in reading order "
            "(channel, row, column), as the forward pass does.",
        ),
        Misconception(
            "dx left flat",
            _flat_dx,
            "Your dx is right but flat. A gradient has the shape of what it belongs to: give it "
            "the shape of x.",
        ),
    ),
    hints=(
        "Shapes decide almost everything: dy is (N, units), flattened x is (N, inputs), weight is "
        "(units, inputs). Which products of two of them have the shape of the third?",
        "y[n, b] = sum_a x[n, a] weight[b, a] + bias[b]. So dweight[b, a] adds up dy[n, b] x[n, a] "
        "over n, dx[n, a] adds up dy[n, b] weight[b, a] over b, and dbias[b] adds up dy[n, b] over "
        "n. Flatten x first, and give dx its shape back at the end.",
    ),
)
