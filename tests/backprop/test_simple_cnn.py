"""The Simple CNN of lecture 001: its gradients, and that it learns to read digits."""

import numpy as np
import pytest
import torch

from coursekit import backprop as bp
from coursekit.datasets import digits


def network_and_batch(dtype=np.float64):
    rng = np.random.default_rng(0)
    p = bp.simple_cnn_parameters(8, (3, 4), 10, rng)
    p = {name: w.astype(dtype) for name, w in p.items()}
    return p, rng.normal(size=(5, 1, 8, 8)).astype(dtype), rng.integers(10, size=5)


def test_gradients_agree_with_torch():
    p, x, labels = network_and_batch()
    t = {name: torch.from_numpy(w).requires_grad_() for name, w in p.items()}
    z2 = torch.conv2d(torch.from_numpy(x), t["alpha"], t["alpha0"], padding=1)
    z4 = torch.relu(torch.conv2d(torch.max_pool2d(z2, 2), t["beta"], t["beta0"], padding=1))
    z5 = z4.flatten(1) @ t["W"].T + t["W0"]
    expected = torch.nn.functional.cross_entropy(z5, torch.from_numpy(labels))
    loss, gradients = bp.simple_cnn_gradients(p, x, labels)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    wanted = torch.autograd.grad(expected, list(t.values()))
    for name, want in zip(t, wanted, strict=True):
        np.testing.assert_allclose(gradients[name], want.numpy(), atol=1e-12)


def test_gradients_agree_with_central_differences():
    p, x, labels = network_and_batch()
    _, gradients = bp.simple_cnn_gradients(p, x, labels)
    for name in ("alpha", "beta0", "W0"):

        def loss_of(w, name=name):
            return bp.simple_cnn_gradients({**p, name: w}, x, labels)[0]

        numeric = bp.numerical_gradient(loss_of, p[name])
        assert bp.relative_difference(gradients[name], numeric) < 1e-7


def test_everything_stays_in_single_precision():
    p, x, labels = network_and_batch(np.float32)
    _, gradients = bp.simple_cnn_gradients(p, x, labels)
    assert {g.dtype for g in gradients.values()} == {np.dtype(np.float32)}
    rng = np.random.default_rng(0)
    (epoch,) = bp.train_simple_cnn(p, x, labels, rng, epochs=1, batch=2)
    assert {w.dtype for w in epoch.parameters.values()} == {np.dtype(np.float32)}


def test_a_network_reads_held_out_digits():
    train, test = digits("train"), digits("test")
    rng = np.random.default_rng(0)
    p = bp.simple_cnn_parameters(8, (8, 16), 10, rng)
    before = {name: w.copy() for name, w in p.items()}
    x = (train.images[:, None] / 16).astype(np.float32)
    *_, last = bp.train_simple_cnn(p, x, train.labels, rng, epochs=6)
    held_out = (test.images[:, None] / 16).astype(np.float32)
    accuracy = (bp.predict(last.parameters, held_out) == test.labels).mean()
    assert accuracy > 0.94
    assert last.number == 6
    for name, w in before.items():
        np.testing.assert_array_equal(p[name], w)


def test_shifted_images_are_moved_by_whole_pixels_and_filled_with_zeros():
    x = np.zeros((200, 1, 5, 5), np.float32)
    x[:, 0, 2, 2] = np.arange(1, 201)
    moved = bp.shift_images(x, 1, np.random.default_rng(0))
    assert moved.dtype == np.float32
    np.testing.assert_array_equal(moved.sum(axis=(1, 2, 3)), np.arange(1, 201))
    _, _, rows, columns = np.nonzero(moved)
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == {
        (r, c) for r in (1, 2, 3) for c in (1, 2, 3)
    }
    edge = np.ones((50, 1, 3, 3), np.float32)
    assert set(bp.shift_images(edge, 1, np.random.default_rng(1)).sum(axis=(1, 2, 3))) == {4, 6, 9}
