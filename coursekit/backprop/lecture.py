"""The lectures' numbers on backpropagation, exactly as the slides show them.

Tables named ``PRINTED_...`` hold what is on the slide, including the slide's mistakes; the
notebook audits them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.backprop.reference.autodiff import Value

Array = np.ndarray[Any, Any]

#: The exercise of lecture 002: Loss = (sum_j w_j sigma(v_j . phi) - y)^2.
PHI = (1.5, -0.7, 0.6)
V = ((1.1, -1.0, -0.5), (2.0, 1.0, 1.2))
W = (2.0, 0.6)
Y = 1.8


def exercise_002(
    phi: tuple[float, ...] = PHI,
    v: tuple[tuple[float, ...], ...] = V,
    w: tuple[float, ...] = W,
    y: float = Y,
) -> Value:
    """Build the graph of the exercise of lecture 002, with the slide's names on its nodes."""
    features = [Value(number, f"φ{i + 1}") for i, number in enumerate(phi)]
    prediction = None
    for j, (row, weight) in enumerate(zip(v, w, strict=True), start=1):
        z = None
        for i, (number, feature) in enumerate(zip(row, features, strict=True), start=1):
            term = (Value(number, f"v{j}{i}") * feature).named(f"v{j}{i}·φ{i}")
            z = term if z is None else z + term
        assert z is not None
        h = z.named(f"z{j}").sigmoid().named(f"h{j}")
        part = (Value(weight, f"w{j}") * h).named(f"w{j}·h{j}")
        prediction = part if prediction is None else prediction + part
    assert prediction is not None
    residual = (prediction.named("prediction") - Value(y, "y")).named("residual")
    return (residual * residual).named("loss")


def hinge_002(w: tuple[float, ...], phi: tuple[float, ...], y: float) -> Value:
    """Build the graph of the hinge loss of lecture 002: max(1 - (w . phi) y, 0)."""
    score = None
    for i, (weight, number) in enumerate(zip(w, phi, strict=True), start=1):
        term = (Value(weight, f"w{i}") * Value(number, f"φ{i}")).named(f"w{i}·φ{i}")
        score = term if score is None else score + term
    assert score is not None
    margin = (score.named("score") * Value(y, "y")).named("margin")
    violation = (Value(1.0, "1") - margin).named("1 − margin")
    return violation.maximum(Value(0.0, "0")).named("loss")


#: A network in the shape of lecture 004's (the lecture prints formulas, no numbers).
MLP_004 = {
    "x": np.array([0.4, -0.3]),
    "t": np.array([0.7]),
    "W1": np.array([[0.2, -0.5], [0.6, 0.1]]),
    "b1": np.zeros(2),
    "W2": np.array([[0.8, -0.7]]),
    "b2": np.zeros(1),
}

#: Scores and true class for the cross-entropy of lecture 002.
SCORES_002 = np.array([[2.0, 0.5, -1.0]])
LABEL_002 = np.array([0])


def printed_cross_entropy(probabilities: Array, label: int) -> float:
    """Evaluate the loss of lecture 002 letter by letter: the minus covers its first term only."""
    true = np.arange(len(probabilities)) == label
    return float(-np.log(probabilities[true]).sum() + np.log(1.0 - probabilities[~true]).sum())


def bracketed_cross_entropy(probabilities: Array, label: int) -> float:
    """Evaluate the loss of lecture 002 with its brackets: one-vs-rest binary cross-entropy."""
    true = np.arange(len(probabilities)) == label
    return float(-np.log(probabilities[true]).sum() - np.log(1.0 - probabilities[~true]).sum())


#: The two weight vectors of lecture 002's penalties; both give w . x = 1.
X_PENALTY = np.array([1.0, 1, 1, 1])
W_SPARSE = np.array([1.0, 0, 0, 0])
W_SPREAD = np.array([0.25, 0.25, 0.25, 0.25])

#: A pair for which the two L1 norms do differ; both give w . x = 1.
X_TELLING = np.array([1.0, 1, 1, 2])
W_TELLING_SPARSE = np.array([0.0, 0, 0, 0.5])
W_TELLING_SPREAD = np.array([0.2, 0.2, 0.2, 0.2])
