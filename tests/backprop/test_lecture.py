"""The lectures' numbers on backpropagation: what is printed, what is right, where they differ."""

import numpy as np
import pytest

from coursekit import backprop as bp
from coursekit.backprop import lecture


def test_the_worked_exercise_of_002():
    loss = lecture.exercise_002()
    loss.backward()
    nodes = {node.name: node for node in loss.nodes() if node.name}
    values = {
        "z1": 2.05,
        "z2": 3.02,
        "h1": 0.88594761872,
        "h2": 0.953469525485,
        "prediction": 2.343976952732,
        "residual": 0.543976952732,
        "loss": 0.295910925103,
    }
    gradients = {
        "w1": 0.963870171822,
        "w2": 1.037330893992,
        "v11": 0.329795065023,
        "v12": -0.153904363677,
        "v13": 0.131918026009,
        "v21": 0.043440748854,
        "v22": -0.020272349465,
        "v23": 0.017376299541,
        "φ1": 0.299770712821,
        "φ2": -0.190902877446,
        "φ3": -0.075179089258,
    }
    for name, value in values.items():
        assert nodes[name].data == pytest.approx(value, abs=1e-11), name
    for name, gradient in gradients.items():
        assert nodes[name].gradient == pytest.approx(gradient, abs=1e-11), name


@pytest.mark.parametrize(
    ("w", "gradient"), [((0.2, 0.5), [-1.0, 1.0]), ((2.0, 0.5), [0.0, 0.0])], ids=["loss", "none"]
)
def test_the_hinge_loss_of_002(w, gradient):
    loss = lecture.hinge_002(w, (1.0, -1.0), 1.0)
    loss.backward()
    found = {node.name: node.gradient for node in loss.nodes()}
    assert [found["w1"], found["w2"]] == gradient


def test_the_rule_of_001_and_002_at_a_tie_loses_the_gradient():
    tape = [("input", ()), ("input", ()), ("max", (0, 1))]
    assert bp.tape_gradients(tape, np.array([1.0, 1.0, 1.0]))[:2].sum() == 1.0
    a = b = 1.0
    assert (a > b) + (a < b) == 0


def test_the_sign_of_delta_j_in_004():
    case = lecture.MLP_004
    found = bp.mlp_sensitivities(**case)

    def loss_of_hidden_net(net):
        y = bp.sigmoid(net)
        z = bp.sigmoid(case["W2"] @ y + case["b2"])
        return 0.5 * float(((case["t"] - z) ** 2).sum())

    slope = bp.numerical_gradient(loss_of_hidden_net, case["W1"] @ case["x"] + case["b1"])
    np.testing.assert_allclose(found["delta_j"], -slope, atol=1e-9)
    np.testing.assert_allclose(found["delta_j"], [0.009131036124, -0.00800718235], atol=1e-11)
    np.testing.assert_allclose(found["delta_k"], [0.04626163679], atol=1e-11)
    np.testing.assert_allclose(-0.1 * found["W2"], [[0.002577919785, 0.002555066791]], atol=1e-11)


def test_the_cross_entropy_of_002():
    p = bp.softmax(lecture.SCORES_002)[0]
    loss, _ = bp.softmax_cross_entropy(lecture.SCORES_002, lecture.LABEL_002)
    assert loss == pytest.approx(0.241311296657, abs=1e-11)
    assert lecture.bracketed_cross_entropy(p, 0) == pytest.approx(0.473933260415, abs=1e-11)
    assert lecture.printed_cross_entropy(p, 0) == pytest.approx(0.008689332899, abs=1e-11)


def test_l2_prefers_the_spread_weights_and_l1_is_indifferent():
    assert lecture.W_SPARSE @ lecture.X_PENALTY == lecture.W_SPREAD @ lecture.X_PENALTY == 1
    assert bp.l2_penalty(lecture.W_SPARSE) == 1
    assert bp.l2_penalty(lecture.W_SPREAD) == 0.25
    assert bp.l1_penalty(lecture.W_SPARSE) == bp.l1_penalty(lecture.W_SPREAD) == 1
    assert pytest.approx(1) == lecture.W_TELLING_SPARSE @ lecture.X_TELLING
    assert pytest.approx(1) == lecture.W_TELLING_SPREAD @ lecture.X_TELLING
    assert bp.l1_penalty(lecture.W_TELLING_SPARSE) == pytest.approx(0.5)
    assert bp.l1_penalty(lecture.W_TELLING_SPREAD) == pytest.approx(0.8)
    assert bp.elastic_net(lecture.W_SPARSE, 1.0, 0.5)[0] == 1.5
    assert bp.elastic_net(lecture.W_SPREAD, 1.0, 0.5)[0] == 1.125


def test_the_softmax_jacobian_of_001():
    z = np.array([[1.0, 2.0, 0.5]])
    y = bp.softmax(z)
    jacobian = np.stack([bp.softmax_backward(row[None], y)[0] for row in np.eye(3)])
    printed = np.where(np.eye(3) == 1, y[0] * (1 - y[0]), -np.outer(y[0], y[0]))
    np.testing.assert_allclose(jacobian, printed, atol=1e-15)
    assert jacobian[0, 1] == pytest.approx(-0.1453315539, abs=1e-10)
