"""The pure functions of the two chart explorers: sizes by depth, and the learning rate."""

from itertools import product

import numpy as np
import pytest
import torch

from coursekit.backprop import he
from coursekit.backprop.explorer import (
    DepthState,
    DescentState,
    depth_figure,
    depth_sizes,
    descent_figure,
)
from coursekit.backprop.explorer.depth import ACTIVATIONS, BATCH, INITS, WIDTH


@pytest.mark.parametrize(
    ("init", "activation", "norm", "skip"),
    list(product(INITS, ACTIVATIONS, (False, True), (False, True))),
)
def test_every_combination_of_switches_gives_a_figure(init, activation, norm, skip):
    for depth in (1, 20, 40):
        state = DepthState(depth, init, activation, norm, skip)
        figure = depth_figure(state)
        assert figure.verdict in figure.summary
        for panel in figure.panels:
            points = np.array(panel.series[0].points)
            assert points.shape == (depth + 1, 2)
            assert np.isfinite(points).all()
            assert (points[:, 1] >= panel.ylim[0]).all()
            assert (points[:, 1] <= panel.ylim[1]).all()
        assert ("Batch norm" in " ".join(figure.notes)) == norm
        assert ("skip connection" in " ".join(figure.notes)) == skip


def test_the_sizes_are_those_of_torch():
    rng = np.random.default_rng(0)
    h = torch.from_numpy(rng.normal(size=(BATCH, WIDTH)))
    weights = [torch.from_numpy(he((WIDTH, WIDTH), rng)) for _ in range(3)]
    layers = [h.requires_grad_()]
    for weight in weights:
        z = layers[-1] @ weight.T
        n = (z - z.mean(0)) / torch.sqrt(z.var(0, unbiased=False) + 1e-5)
        layers.append(layers[-1] + torch.relu(n))
    d = rng.normal(size=(BATCH, WIDTH))
    d = torch.from_numpy(d / np.sqrt(np.mean(d**2)))
    gradients = torch.autograd.grad(layers[-1], layers, d)
    sizes = depth_sizes(DepthState(3, "he", "relu", True, True))
    expected = [float((layer.detach() ** 2).mean().sqrt()) for layer in layers]
    np.testing.assert_allclose(sizes.signal, expected, rtol=1e-9)
    expected = [float((g**2).mean().sqrt()) for g in gradients]
    np.testing.assert_allclose(sizes.gradient, expected, rtol=1e-7)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (DepthState(20, "small", "relu"), "vanishes"),
        (DepthState(20, "large", "relu"), "explodes"),
        (DepthState(20, "xavier", "relu"), "vanishes"),
        (DepthState(20, "xavier", "sigmoid"), "vanishes"),
        (DepthState(20, "he", "relu"), "stays within two powers of ten"),
        (DepthState(20, "xavier", "tanh"), "stays within two powers of ten"),
        (DepthState(20, "small", "relu", batch_norm=True), "stays within two powers of ten"),
        (DepthState(20, "small", "relu", skip=True), "stays within two powers of ten"),
        (DepthState(20, "he", "relu", skip=True), "explodes"),
    ],
)
def test_the_verdict_on_known_networks(state, words):
    assert words in depth_figure(state).verdict


@pytest.mark.parametrize("eta", [5, 99, 100, 101, 199, 200, 201, 250])
@pytest.mark.parametrize("steps", [1, 15, 30])
def test_descent_follows_the_update_rule(eta, steps):
    figure = descent_figure(DescentState(eta, steps))
    x = [1.0]
    for _ in range(steps):
        x.append(x[-1] - eta / 400 * 4 * x[-1])
    points = figure.panels[1].series[0].points
    shown = [value for value in x if abs(value) <= 2]
    np.testing.assert_allclose([value for _, value in points], shown[: len(points)], atol=1e-12)
    assert len(points) == len(x) or abs(x[len(points)]) > 2
    path = figure.panels[0].series[1].points
    np.testing.assert_allclose([j for _, j in path], [2 * v * v for v, _ in path], atol=1e-12)
    words = {True: "diverges", False: "converge"}
    if eta > 200:
        assert words[True] in figure.verdict
    if eta == 100:
        assert "one step" in figure.verdict
    if 100 < eta < 200:
        assert words[False] in figure.verdict
    if eta == 200:
        assert "for ever" in figure.verdict
