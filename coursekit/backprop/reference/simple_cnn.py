"""The "Simple CNN" of lecture 001, built from the layers of this room and trained by SGD."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.backprop.reference.classification import softmax_cross_entropy
from coursekit.backprop.reference.convolution import conv2d_backward
from coursekit.backprop.reference.initialisation import he
from coursekit.backprop.reference.layers import linear, linear_backward, relu, relu_backward
from coursekit.backprop.reference.optimisation import sgd_momentum_step
from coursekit.backprop.reference.pooling import max_pool2d_backward
from coursekit.convolution.reference import conv2d, max_pool2d

Array = np.ndarray[Any, Any]
Parameters = dict[str, Array]


def simple_cnn_parameters(
    size: int, filters: tuple[int, int], classes: int, rng: np.random.Generator
) -> Parameters:
    """Draw the parameters of the Simple CNN (He's method, biases 0), in single precision.

    Args:
        size: height and width of the images; even.
        filters: numbers of 3x3 filters of the first and of the second convolution.
        classes: number of classes.
        rng: source of the random numbers.

    Returns:
        ``alpha``, ``beta`` (kernels), ``W`` (weights), and a bias for each, ``alpha0`` ...
    """
    first, second = filters
    shapes: dict[str, tuple[int, ...]] = {
        "alpha": (first, 1, 3, 3),
        "beta": (second, first, 3, 3),
        "W": (classes, second * (size // 2) ** 2),
    }
    drawn = {name: he(shape, rng).astype(np.float32) for name, shape in shapes.items()}
    biases = {f"{name}0": np.zeros(len(w), np.float32) for name, w in drawn.items()}
    return drawn | biases


def simple_cnn_forward(p: Parameters, x: Array) -> dict[str, Array]:
    """Run a batch through the network; the keys are the slide's letters, z5 the scores.

    Args:
        p: the parameters.
        x: (N, 1, H, W) images.

    Source: lecture 001, "Example: Simple CNN Architecture".
    """
    z1 = conv2d(x, p["alpha"], p["alpha0"], padding=1)
    z2 = max_pool2d(z1, 2)
    z3 = conv2d(z2, p["beta"], p["beta0"], padding=1)
    z4 = relu(z3)
    return {"z1": z1, "z2": z2, "z3": z3, "z4": z4, "z5": linear(z4, p["W"], p["W0"])}


def simple_cnn_gradients(p: Parameters, x: Array, labels: Array) -> tuple[float, Parameters]:
    """Compute the mean cross-entropy of a batch and its gradient for every parameter.

    Source: lecture 001, "SGD for CNNs" (line 6: Backward).
    """
    z = simple_cnn_forward(p, x)
    g: Parameters = {}
    loss, dz5 = softmax_cross_entropy(z["z5"], labels)
    dz4, g["W"], g["W0"] = linear_backward(dz5, z["z4"], p["W"])
    dz3 = relu_backward(dz4, z["z3"])
    dz2, g["beta"], g["beta0"] = conv2d_backward(dz3, z["z2"], p["beta"], padding=1)
    dz1 = max_pool2d_backward(dz2, z["z1"], 2)
    _, g["alpha"], g["alpha0"] = conv2d_backward(dz1, x, p["alpha"], padding=1)
    return loss, g


def predict(p: Parameters, x: Array, batch: int = 500) -> Array:
    """Name the class of every image, (N,), a batch at a time."""
    parts = [simple_cnn_forward(p, x[at : at + batch])["z5"] for at in range(0, len(x), batch)]
    return np.asarray(np.concatenate(parts).argmax(axis=1))


def shift_images(x: Array, most: int, rng: np.random.Generator) -> Array:
    """Move each image (N, 1, H, W) by up to ``most`` pixels, at random, and fill up with zeros.

    Source: lecture 002, "Dataset Augmentation" (translation).
    """
    n, _, h, w = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (most, most), (most, most)))
    rows, columns = rng.integers(0, 2 * most + 1, size=(2, n, 1, 1))
    rows, columns = rows + np.arange(h)[:, None], columns + np.arange(w)
    return np.asarray(padded[np.arange(n)[:, None, None], 0, rows, columns][:, None])


@dataclass(frozen=True)
class Epoch:
    """Where the training stands after one pass over the data."""

    number: int
    loss: float
    parameters: Parameters


def train_simple_cnn(
    p: Parameters,
    x: Array,
    labels: Array,
    rng: np.random.Generator,
    *,
    epochs: int,
    batch: int = 32,
    lr: float = 0.05,
    momentum: float = 0.9,
    weight_decay: float = 5e-4,
    shift: int = 1,
) -> Iterator[Epoch]:
    """Train by mini-batch SGD with momentum, weight decay and shifted images, epoch by epoch.

    The learning rate falls from ``lr`` to 0 along a quarter of a cosine.

    Args:
        p: the parameters to start from; they stay as they are.
        x: (N, 1, H, W); labels: (N,).
        rng: source of order and shifts.
        epochs: passes over the data; one ``Epoch`` is given for each.

    Source: lecture 001, "Algorithm 1 Stochastic Gradient Descent"; lecture 004, "Training
    Protocols".
    """
    velocity = {name: np.zeros_like(w) for name, w in p.items()}
    steps, step = epochs * -(-len(x) // batch), 0
    for number in range(1, epochs + 1):
        losses = []
        order = rng.permutation(len(x))
        for at in range(0, len(x), batch):
            chosen = order[at : at + batch]
            images = shift_images(x[chosen], shift, rng) if shift else x[chosen]
            loss, g = simple_cnn_gradients(p, images, labels[chosen])
            rate = lr * float(np.cos(np.pi / 2 * step / steps))
            moved = {
                name: sgd_momentum_step(p[name], g[name], velocity[name], rate, momentum, decay)
                for name, decay in ((n, 0.0 if n.endswith("0") else weight_decay) for n in p)
            }
            p = {name: pair[0] for name, pair in moved.items()}
            velocity = {name: pair[1] for name, pair in moved.items()}
            losses.append(loss * len(chosen))
            step += 1
        yield Epoch(number, float(np.sum(losses)) / len(x), p)
