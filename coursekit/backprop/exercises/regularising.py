"""Exercises about what keeps a network in shape: batch_norm, dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.backprop import reference
from coursekit.backprop.reference import batch_norm, dropout
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]


def _numbers(*shape: int, seed: int) -> Array:
    """Fixed test values, one decimal, of both signs."""
    return np.round(np.random.default_rng(seed).normal(size=shape), 1)


# batch_norm --------------------------------------------------------------------------------------


def _layer(rng: np.random.Generator, *shape: int) -> tuple[Array, ...]:
    channels = shape[1]
    x = rng.normal(rng.normal(size=channels).reshape(-1, *[1] * (len(shape) - 2)), 1.5, shape)
    gamma, beta, mean = rng.normal(size=(3, channels))
    return x, gamma, beta, mean, rng.uniform(0.5, 2.0, channels)


def _fixed(seed: int, *shape: int) -> tuple[Array, ...]:
    return tuple(np.round(a, 1) for a in _layer(np.random.default_rng(seed), *shape))


def _layers(rng: np.random.Generator) -> list[Case]:
    n, c, h, w = int(rng.integers(2, 4)), int(rng.integers(2, 4)), *map(int, rng.integers(2, 5, 2))
    return [
        Case("random, training", (*_layer(rng, n, c, h, w), True)),
        Case("random, testing", (*_layer(rng, n, c, h, w), False, 0.2, 0.3)),
        Case("random table, training", (*_layer(rng, n + 3, c), True, 0.3)),
        Case("random, training, large eps", (*_layer(rng, n, c, w, h), True, 0.2, 0.5)),
    ]


Result = tuple[Array, Array, Array]


def _wrong(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
    *,
    over: str = "batch",
    ddof: int = 0,
    running_ddof: int = 1,
    outside: bool = False,
    batch_in_eval: bool = False,
    update_in_eval: bool = False,
    running_in_training: bool = False,
    reversed_momentum: bool = False,
) -> Result:
    """Normalise with one mistake."""
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    shape = (1, -1, *[1] * (x.ndim - 2))
    mean, var = x.mean(axes), x.var(axes, ddof=ddof)
    share = 1 - momentum if reversed_momentum else momentum
    new_mean, new_var = running_mean.copy(), running_var.copy()
    if training or update_in_eval:
        new_mean = (1 - share) * running_mean + share * mean
        new_var = (1 - share) * running_var + share * x.var(axes, ddof=running_ddof)
    if (not training and not batch_in_eval) or running_in_training:
        mean, var = running_mean, running_var
    centre, spread = mean.reshape(shape), var.reshape(shape)
    if over == "pixel" and training:
        centre, spread = x.mean(axis=0), x.var(axis=0)
    root = np.sqrt(spread) + eps if outside else np.sqrt(spread + eps)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (
            gamma.reshape(shape) * (x - centre) / root + beta.reshape(shape),
            new_mean,
            new_var,
        )


def _with(**mistake: Any) -> Any:
    def wrong(
        x: Array,
        gamma: Array,
        beta: Array,
        running_mean: Array,
        running_var: Array,
        training: bool,
        momentum: float = 0.1,
        eps: float = 1e-5,
    ) -> Result:
        return _wrong(x, gamma, beta, running_mean, running_var, training, momentum, eps, **mistake)

    return wrong


def _in_place(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Result:
    y, mean, var = batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    running_mean[...], running_var[...] = mean, var
    return y, mean, var


BATCH_NORM = Exercise(
    id="backprop.batch_norm",
    reference=reference.batch_norm,
    points=2,
    visible=(
        Case("a table, training", (*_fixed(71, 4, 2), True)),
        Case("images, training", (*_fixed(72, 2, 3, 2, 4), True)),
        Case("images, testing", (*_fixed(73, 2, 3, 2, 4), False)),
        Case("a table, testing, eps 0.5", (*_fixed(74, 3, 2), False, 0.1, 0.5)),
        Case("momentum 0.3", (*_fixed(75, 2, 2, 3, 3), True, 0.3)),
        Case("eps 0.5", (*_fixed(76, 3, 2, 2, 3), True, 0.1, 0.5)),
        Case(
            "a channel that is constant",
            (np.array([[3.0, 1], [3, 2], [3, 6]]), *_fixed(77, 3, 2)[1:], True),
        ),
    ),
    hidden=_layers,
    # A channel of small variance magnifies the roundings of its mean.
    terms=lambda case: 1000 * case.args[0].size,
    misconceptions=(
        Misconception(
            "statistics for each pixel",
            _with(over="pixel"),
            "You take a mean for every pixel, over the batch alone. Batch norm has one mean and "
            "one variance for each channel: over images, rows and columns.",
        ),
        Misconception(
            "unbiased variance to normalise",
            _with(ddof=1),
            "You normalise with the unbiased variance (divided by M − 1). Batch norm divides by M; "
            "only the running average takes the unbiased one.",
        ),
        Misconception(
            "eps outside the root",
            _with(outside=True),
            "You add eps after taking the root: it belongs under it, sqrt(var + eps).",
        ),
        Misconception(
            "running averages unused when testing",
            _with(batch_in_eval=True),
            "When testing you still normalise with the batch's own statistics, so that an answer "
            "depends on its neighbours. Use the running averages.",
        ),
        Misconception(
            "running averages used when training",
            _with(running_in_training=True),
            "While training you normalise with the running averages. Training uses the mean and "
            "the variance of the batch at hand.",
        ),
        Misconception(
            "running averages moved when testing",
            _with(update_in_eval=True),
            "You update the running averages when testing as well. Looking at test data must not "
            "change the network.",
        ),
        Misconception(
            "momentum reversed",
            _with(reversed_momentum=True),
            "Your momentum works the other way round: it is the share of the new statistics, "
            "running <- (1 − momentum) · running + momentum · new.",
        ),
        Misconception(
            "biased running variance",
            _with(running_ddof=0),
            "Your running variance takes the biased variance. For the running average it is "
            "divided by M − 1, where M counts the values of a channel.",
        ),
        Misconception(
            "running averages changed in place",
            _in_place,
            "The values are right, but you overwrite the caller's running_mean and running_var. "
            "Return new arrays.",
        ),
    ),
    hints=(
        "For images (N, C, H, W), over which axes must the mean go so that C numbers remain? And "
        "for a table (N, C)?",
        "Find mean and variance over all axes but axis 1, and reshape them so that they line up "
        "with that axis. Training: use those of the batch, and mix them into the running averages "
        "(the variance corrected by M / (M − 1)). Testing: use the running averages and return "
        "them unchanged.",
    ),
)


# dropout -----------------------------------------------------------------------------------------


def _masks(rng: np.random.Generator) -> list[Case]:
    n, k = int(rng.integers(3, 6)), int(rng.integers(6, 10))
    rate = float(np.round(rng.uniform(0.2, 0.45), 2))
    x, image = rng.normal(size=(n, k)), rng.normal(size=(n, 2, 3, 4))
    at_rate = rng.random((n, k))
    at_rate[0, :2] = rate
    return [
        Case("random", (x, rate, rng.random((n, k)), True)),
        Case("random images", (image, rate, rng.random(image.shape), True)),
        Case("random, a number equal to the rate", (x + 1, rate, at_rate, True)),
        Case("random, testing", (x, rate, rng.random((n, k)), False)),
    ]


def _drop(x: Array, keep: Array, factor: float, training: bool, in_eval: float = 1.0) -> Array:
    return x * keep * factor if training else x * in_eval


def _always(x: Array, rate: float, uniform: Array, training: bool) -> Array:
    return dropout(x, rate, uniform, True)


def _one_mask(x: Array, rate: float, uniform: Array, training: bool) -> Array:
    return dropout(x, rate, np.broadcast_to(uniform[:1], x.shape), training)


def _share_that_stayed(x: Array, rate: float, uniform: Array, training: bool) -> Array:
    if not training:
        return x.copy()
    kept = uniform >= rate
    with np.errstate(divide="ignore", invalid="ignore"):
        return x * kept / kept.mean()


_UNIFORM = np.round(np.random.default_rng(81).random((3, 4)), 2)

DROPOUT = Exercise(
    id="backprop.dropout",
    reference=reference.dropout,
    visible=(
        Case(
            "four units, rate 0.5",
            (np.array([2.0, 4, -6, 8]), 0.5, np.array([0.1, 0.7, 0.9, 0.4]), True),
            {},
            np.array([0.0, 8, -12, 0]),
        ),
        Case("three rows, rate 0.2", (_numbers(3, 4, seed=82), 0.2, _UNIFORM, True)),
        Case("rate 0.4", (_numbers(3, 4, seed=83), 0.4, _UNIFORM, True)),
        Case(
            "a number equal to the rate: kept",
            (np.array([[3.0, 3, 3]]), 0.25, np.array([[0.25, 0.24, 0.26]]), True),
            {},
            np.array([[4.0, 0, 4]]),
        ),
        Case(
            "images",
            (
                _numbers(2, 2, 2, 3, seed=84),
                0.3,
                np.random.default_rng(85).random((2, 2, 2, 3)),
                True,
            ),
        ),
        Case("testing", (_numbers(3, 4, seed=86), 0.4, _UNIFORM, False)),
        Case("rate 0 changes nothing", (_numbers(3, 4, seed=87), 0.0, _UNIFORM, True)),
    ),
    hidden=_masks,
    terms=lambda case: 4,
    misconceptions=(
        Misconception(
            "not rescaled",
            lambda x, rate, uniform, training: _drop(x, uniform >= rate, 1.0, training),
            "You do not enlarge the units that stay, so the layer's mean output shrinks. Divide by "
            "1 − rate while training (inverted dropout).",
        ),
        Misconception(
            "weight scaling when testing (classic dropout)",
            lambda x, rate, uniform, training: _drop(x, uniform >= rate, 1.0, training, 1 - rate),
            "You scale by 1 − rate when testing: the weight scaling of lecture 002. Here, as in "
            "torch, the scaling happens while training, and testing changes nothing.",
        ),
        Misconception(
            "rescaled when testing as well",
            lambda x, rate, uniform, training: _drop(
                x, uniform >= rate, 1 / (1 - rate), training, 1 - rate
            ),
            "Your training is right, but when testing you multiply by 1 − rate once more. Inverted "
            "dropout does nothing when testing.",
        ),
        Misconception(
            "keep and drop exchanged",
            lambda x, rate, uniform, training: _drop(x, uniform < rate, 1 / (1 - rate), training),
            "You keep the units that should go. A unit is dropped where its random number is "
            "below the rate.",
        ),
        Misconception(
            "active when testing",
            _always,
            "Your layer drops units when testing too. Without training it hands x on unchanged.",
        ),
        Misconception(
            "one mask for the whole batch",
            _one_mask,
            "All rows lose the same units. Every example has its own random numbers: use "
            "`uniform` entry by entry.",
        ),
        Misconception(
            "divided by the rate",
            lambda x, rate, uniform, training: _drop(
                x, uniform >= rate, 1 / rate if rate else 1.0, training
            ),
            "You divide by the rate, the probability of dropping. Divide by that of keeping, "
            "1 − rate.",
        ),
        Misconception(
            "divided by the share that stayed",
            _share_that_stayed,
            "You divide by the share of units that happened to stay. The mean must stay the same "
            "on average, over all random numbers: divide by 1 − rate.",
        ),
        Misconception(
            "dropped at the rate",
            lambda x, rate, uniform, training: _drop(x, uniform > rate, 1 / (1 - rate), training),
            "A number equal to the rate must keep its unit: random numbers are in [0, 1), and "
            "exactly a share of `rate` of them is below it.",
        ),
    ),
    hints=(
        "Half of the units are gone: by what factor must the others grow so that the sum stays "
        "the same on average? And if one in five is gone?",
        "Compare the random numbers with the rate to find the units that stay; set the others to "
        "zero and divide by the probability of staying. When not training, return a copy of x.",
    ),
)
