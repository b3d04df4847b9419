"""The reference of lesson 02 against torch.autograd on 200 random configurations of each layer."""

import functools
import inspect

import numpy as np
import pytest
import torch

from coursekit import backprop as bp


def on_200_configurations(test):
    """Call a test with ``seed`` 0 to 199; a failure names the seed."""
    signature = inspect.signature(test)

    @functools.wraps(test)
    def repeated(**given):
        for seed in range(200):
            try:
                test(seed=seed, **given)
            except BaseException as error:
                error.add_note(f"with seed {seed}")
                raise

    kept = [p for name, p in signature.parameters.items() if name != "seed"]
    repeated.__signature__ = signature.replace(parameters=kept)
    return repeated


def assert_close(got, expected, limit=1e-9):
    expected = expected.detach().numpy() if isinstance(expected, torch.Tensor) else expected
    got = np.asarray(got)
    assert got.shape == expected.shape
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    assert float(np.abs(got - expected).max(initial=0.0)) <= limit * scale


def leaves(*arrays):
    return [torch.from_numpy(array.copy()).requires_grad_() for array in arrays]


def one_or_pair(rng, low, high):
    """A whole number or a pair, so that both ways of writing a size are tried."""
    a, b = (int(v) for v in rng.integers(low, high + 1, 2))
    return (a, b) if rng.random() < 0.7 else a


def images(rng, ties=False):
    """A batch of 1 to 3 images of odd and even sizes; with ``ties`` after a ReLU, in tenths."""
    n, channels, h, w = int(rng.integers(1, 4)), *map(int, rng.integers(1, 5, 3))
    x = rng.normal(size=(n, channels, h + 4, w + 4))
    return np.maximum(np.round(x), 0.0) if ties else x


@on_200_configurations
def test_convolution(seed):
    rng = np.random.default_rng(seed)
    x = images(rng)
    kernel, filters = tuple(map(int, rng.integers(1, 5, 2))), int(rng.integers(1, 5))
    weight = rng.normal(size=(filters, x.shape[1], *kernel))
    bias = rng.normal(size=filters)
    stride, padding = one_or_pair(rng, 1, 3), one_or_pair(rng, 0, 3)
    y = bp.conv2d(x, weight, bias, stride, padding)
    tensors = leaves(x, weight, bias)
    expected = torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding)
    assert_close(y, expected)
    dy = rng.normal(size=y.shape)
    found = bp.conv2d_backward(dy, x, weight, stride, padding)
    wanted = torch.autograd.grad(expected, tensors, torch.from_numpy(dy))
    for got, want in zip(found, wanted, strict=True):
        assert_close(got, want)
    if seed % 10 == 0:
        looped = bp.conv2d_backward_naive(dy, x, weight, stride, padding)
        for got, want in zip(found, looped, strict=True):
            assert_close(got, want)


@pytest.mark.parametrize("kind", ["max", "avg"])
@on_200_configurations
def test_pooling(kind, seed):
    rng = np.random.default_rng(seed)
    x = images(rng, ties=seed % 2 == 0)
    size = one_or_pair(rng, 1, 4)
    stride = None if rng.random() < 0.3 else one_or_pair(rng, 1, 4)
    tensors = leaves(x)
    pool, back, naive = (
        (bp.max_pool2d, bp.max_pool2d_backward, bp.max_pool2d_backward_naive)
        if kind == "max"
        else (bp.avg_pool2d, bp.avg_pool2d_backward, bp.avg_pool2d_backward_naive)
    )
    expected = getattr(torch.nn.functional, f"{kind}_pool2d")(*tensors, size, stride)
    assert_close(pool(x, size, stride), expected)
    dy = rng.normal(size=expected.shape)
    found = back(dy, x, size, stride)
    assert_close(found, torch.autograd.grad(expected, tensors, torch.from_numpy(dy))[0])
    if seed % 10 == 0:
        assert_close(found, naive(dy, x, size, stride))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("size", "stride"), [(2, None), (2, 1), (3, 2), ((2, 3), None)], ids=str)
def test_max_pooling_of_many_images_that_are_no_contiguous_array(size, stride, dtype):
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 3, (50, 31, 29, 8)).astype(dtype).transpose(0, 3, 1, 2)  # many ties
    (tensor,) = leaves(x)
    expected = torch.nn.functional.max_pool2d(tensor, size, stride)
    np.testing.assert_array_equal(bp.max_pool2d(x, size, stride), expected.detach().numpy())
    dy = rng.integers(-9, 9, expected.shape).astype(dtype)
    found = bp.max_pool2d_backward(dy, x, size, stride)
    (wanted,) = torch.autograd.grad(expected, [tensor], torch.from_numpy(dy))
    np.testing.assert_array_equal(found, wanted.numpy())
    assert found.dtype == dtype


@on_200_configurations
def test_batch_norm(seed):
    rng = np.random.default_rng(seed)
    x = images(rng) if seed % 2 else rng.normal(3, 2, size=(int(rng.integers(2, 9)), 4))
    channels = x.shape[1]
    gamma, beta, mean = rng.normal(size=(3, channels))
    var = rng.uniform(0.5, 2, channels)
    momentum, eps = float(rng.uniform(0, 1)), float(10 ** rng.uniform(-6, -1))
    for training in (True, False):
        y, new_mean, new_var = bp.batch_norm(
            x, gamma, beta, mean, var, training, momentum=momentum, eps=eps
        )
        tensors = leaves(x, gamma, beta)
        kept_mean, kept_var = torch.from_numpy(mean.copy()), torch.from_numpy(var.copy())
        expected = torch.nn.functional.batch_norm(
            tensors[0], kept_mean, kept_var, *tensors[1:], training, momentum, eps
        )
        assert_close(y, expected)
        assert_close(new_mean, kept_mean)
        assert_close(new_var, kept_var)
        if training:
            dy = rng.normal(size=x.shape)
            wanted = torch.autograd.grad(expected, tensors, torch.from_numpy(dy))
            for got, want in zip(bp.batch_norm_backward(dy, x, gamma, eps), wanted, strict=True):
                assert_close(got, want, 1e-8)


@on_200_configurations
def test_linear(seed):
    rng = np.random.default_rng(seed)
    x = images(rng) if seed % 2 else rng.normal(size=tuple(map(int, rng.integers(1, 6, 2))))
    weight = rng.normal(size=(int(rng.integers(1, 6)), x[0].size))
    bias = rng.normal(size=len(weight))
    tensors = leaves(x, weight, bias)
    expected = torch.nn.functional.linear(tensors[0].flatten(1), *tensors[1:])
    assert_close(bp.linear(x, weight, bias), expected)
    dy = rng.normal(size=expected.shape)
    wanted = torch.autograd.grad(expected, tensors, torch.from_numpy(dy))
    for got, want in zip(bp.linear_backward(dy, x, weight), wanted, strict=True):
        assert_close(got, want)
    flat = bp.flatten(x)
    assert_close(bp.flatten_backward(flat, x), x)


@on_200_configurations
def test_softmax_and_cross_entropy(seed):
    rng = np.random.default_rng(seed)
    n, k = (int(v) for v in rng.integers(1, 9, 2))
    scores = rng.normal(scale=float(rng.choice([1, 30, 1000])), size=(n, k))
    labels = rng.integers(k, size=n)
    tensors = leaves(scores)
    expected = torch.nn.functional.cross_entropy(tensors[0], torch.from_numpy(labels))
    loss, dscores = bp.softmax_cross_entropy(scores, labels)
    assert_close(loss, expected)
    assert_close(dscores, torch.autograd.grad(expected, tensors)[0])
    y, dy = bp.softmax(scores), rng.normal(size=scores.shape)
    wanted = torch.softmax(tensors[0], 1)
    assert_close(y, wanted)
    back = bp.softmax_backward(dy, y)
    assert_close(back, torch.autograd.grad(wanted, tensors, torch.from_numpy(dy))[0])


@on_200_configurations
def test_relu_and_dropout(seed):
    rng = np.random.default_rng(seed)
    x = images(rng, ties=seed % 2 == 0)
    dy, uniform, rate = rng.normal(size=x.shape), rng.random(x.shape), float(rng.uniform(0, 0.9))
    tensors = leaves(x)
    expected = torch.relu(tensors[0])
    assert_close(bp.relu(x), expected)
    assert_close(
        bp.relu_backward(dy, x), torch.autograd.grad(expected, tensors, torch.from_numpy(dy))[0]
    )
    # torch draws its own random numbers, so the mask is written out.
    masked = tensors[0] * torch.from_numpy(uniform >= rate) / (1 - rate)
    assert_close(bp.dropout(x, rate, uniform, True), masked)
    back = bp.dropout_backward(dy, rate, uniform, True)
    assert_close(back, torch.autograd.grad(masked, tensors, torch.from_numpy(dy))[0])
    assert_close(bp.dropout(x, rate, uniform, False), x)


def test_dropout_keeps_the_mean_as_torch_does():
    rng = np.random.default_rng(0)
    x = np.full((1000, 100), 2.0)
    ours = bp.dropout(x, 0.3, rng.random(x.shape), True)
    torchs = torch.nn.functional.dropout(torch.from_numpy(x), 0.3, True)
    assert set(np.unique(ours)) == set(np.unique(torchs.numpy()))
    assert ours.mean() == pytest.approx(2.0, abs=0.02)


@on_200_configurations
def test_sgd_with_momentum_and_weight_decay(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(map(int, rng.integers(1, 5, int(rng.integers(1, 4)))))
    lr, momentum, decay = (float(v) for v in rng.uniform(0, [0.5, 0.95, 0.1]))
    w, velocity = rng.normal(size=shape), np.zeros(shape)
    parameter = torch.nn.Parameter(torch.from_numpy(w.copy()))
    optimizer = torch.optim.SGD([parameter], lr, momentum, weight_decay=decay)
    for _ in range(4):
        grad = rng.normal(size=shape)
        w, velocity = bp.sgd_momentum_step(w, grad, velocity, lr, momentum, decay)
        parameter.grad = torch.from_numpy(grad)
        optimizer.step()
    assert_close(w, parameter)


@on_200_configurations
def test_elastic_net(seed):
    rng = np.random.default_rng(seed)
    w = np.round(rng.normal(size=tuple(map(int, rng.integers(1, 6, 2)))), 1)
    l1, l2 = (float(v) for v in rng.uniform(0, 2, 2))
    tensors = leaves(w)
    expected = l1 * tensors[0].abs().sum() + l2 * (tensors[0] ** 2).sum()
    penalty, gradient = bp.elastic_net(w, l1, l2)
    assert_close(penalty, expected)
    assert_close(gradient, torch.autograd.grad(expected, tensors)[0])
    assert l1 * bp.l1_penalty(w) + l2 * bp.l2_penalty(w) == pytest.approx(penalty)


@on_200_configurations
def test_mlp_sensitivities(seed):
    rng = np.random.default_rng(seed)
    d, hidden, c = map(int, rng.integers(1, 6, 3))
    x, t = rng.normal(size=d), rng.uniform(size=c)
    parameters = [rng.normal(size=s) for s in ((hidden, d), hidden, (c, hidden), c)]
    tensors = leaves(*parameters)
    W1, b1, W2, b2 = tensors
    net_j = W1 @ torch.from_numpy(x) + b1
    net_k = W2 @ torch.sigmoid(net_j) + b2
    loss = ((torch.from_numpy(t) - torch.sigmoid(net_k)) ** 2).sum() / 2
    found = bp.mlp_sensitivities(x, t, *parameters)
    wanted = torch.autograd.grad(loss, [*tensors, net_j, net_k])
    for name, want in zip(("W1", "b1", "W2", "b2"), wanted, strict=False):
        assert_close(found[name], want)
    assert_close(-found["delta_j"], wanted[4])
    assert_close(-found["delta_k"], wanted[5])


OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "max": lambda a, b: a if a >= b else b,  # torch.maximum splits a tie in halves
    "sigmoid": torch.sigmoid,
}


@on_200_configurations
def test_tape(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 5))
    inputs = np.round(rng.uniform(-1.5, 1.5, count), 1)
    tape = [("input", ())] * count
    for node in range(count, count + int(rng.integers(1, 12))):
        name = str(rng.choice(list(OPERATIONS)))
        operands = rng.integers(node, size=1 if name == "sigmoid" else 2)
        tape.append((name, tuple(int(i) for i in operands)))
    tensors = leaves(*inputs.reshape(-1, 1))
    nodes = [*tensors]
    for name, operands in tape[count:]:
        node = OPERATIONS[name](*(nodes[i] for i in operands))
        nodes.append(node)
    values = bp.tape_values(tape, inputs)
    assert_close(values, np.array([node.item() for node in nodes]))
    wanted = torch.autograd.grad(nodes[-1], tensors, allow_unused=True)
    wanted = np.array([0.0 if g is None else g.item() for g in wanted])
    assert_close(bp.tape_gradients(tape, values)[:count], wanted)


def test_values_agree_with_torch_on_an_expression_that_uses_them_twice():
    a, b = bp.Value(2.0, "a"), bp.Value(-0.5, "b")
    out = ((a * b + a).sigmoid() - b).maximum(0.3) * a * a + 1 - b * 2
    out.backward()
    ta, tb = torch.tensor(2.0, requires_grad=True), torch.tensor(-0.5, requires_grad=True)
    expected = torch.maximum(torch.sigmoid(ta * tb + ta) - tb, torch.tensor(0.3))
    expected = expected * ta * ta + 1 - tb * 2
    expected.backward()
    assert out.data == pytest.approx(expected.item(), rel=1e-6)
    assert (a.gradient, b.gradient) == pytest.approx((ta.grad.item(), tb.grad.item()), rel=1e-6)
    assert repr(a).startswith("a = 2, gradient ")


def test_numerical_gradient_finds_the_gradient_and_leaves_x_alone():
    x = np.array([[1, -2], [3, 4]])
    found = bp.numerical_gradient(lambda v: (v**3).sum(), x)
    np.testing.assert_allclose(found, 3 * x**2, rtol=1e-8)
    assert x.dtype.kind == "i"


@pytest.mark.parametrize("init", [bp.xavier, bp.he])
def test_initialisation_has_the_variance_of_the_papers(init):
    shape = (64, 32, 3, 3)
    w = init(shape, np.random.default_rng(0))
    fan_in, fan_out = bp.fans(shape)
    assert (fan_in, fan_out) == (288, 576)
    variance = 2 / fan_in if init is bp.he else 2 / (fan_in + fan_out)
    assert w.shape == shape
    assert w.var() == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize(
    ("eta", "behaviour"),
    [(0.1, "down"), (0.25, "one step"), (0.4, "oscillates"), (0.5, "for ever"), (0.6, "diverges")],
)
def test_learning_rate_regimes_of_lecture_004(eta, behaviour):
    x = bp.descend_quadratic(a=4.0, eta=eta, start=1.0, steps=50)
    by_hand = [1.0]
    for _ in range(50):
        by_hand.append(by_hand[-1] - eta * 4.0 * by_hand[-1])
    np.testing.assert_allclose(x, by_hand, atol=1e-12 * max(1, np.abs(x).max()))
    now = {
        "down": abs(x[-1]) < 1e-6 and (x > 0).all(),
        "one step": x[1] == 0,
        "oscillates": abs(x[-1]) < 1e-6 and x[1] < 0 < x[2],
        "for ever": abs(x[-1]) == pytest.approx(1.0),
        "diverges": abs(x[-1]) > 1000,
    }
    assert now[behaviour]


def test_gradients_of_the_wrong_shape_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"so dy must have it too, not \(1, 2, 3, 3\)"):
        bp.conv2d_backward(np.ones((1, 2, 3, 3)), np.ones((1, 1, 5, 6)), np.ones((2, 1, 3, 3)))
    with pytest.raises(ValueError, match="at least two values per channel"):
        bp.batch_norm(np.ones((1, 2)), *np.ones((4, 2)), training=True)
    with pytest.raises(ValueError, match="unknown operation 'div'"):
        bp.tape_values([("input", ()), ("div", (0, 0))], [1.0])


def test_layers_keep_single_precision():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 6, 6)).astype(np.float32)
    weight, bias = rng.normal(size=(4, 3, 3, 3)).astype(np.float32), np.zeros(4, np.float32)
    y = bp.conv2d(x, weight, bias)
    gamma = np.ones(3, np.float32)
    results = [
        y,
        *bp.conv2d_backward(y, x, weight),
        bp.max_pool2d_backward(bp.max_pool2d(x, 2), x, 2),
        bp.avg_pool2d_backward(bp.avg_pool2d(x, 2), x, 2),
        *bp.batch_norm(x, gamma, gamma, gamma, gamma, True),
        *bp.batch_norm_backward(x, x, gamma),
        bp.relu_backward(x, x),
        bp.dropout(x, 0.5, rng.random(x.shape), True),
        bp.softmax_cross_entropy(x[:, :, 0, 0], np.array([0, 1]))[1],
    ]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


def test_the_loops_of_the_other_layers_agree_too():
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 2, 3, 2, 4))
    weight, gamma = rng.normal(size=(5, 24)), rng.normal(size=3)
    uniform, flat = rng.random(x.shape), rng.normal(size=(2, 24))
    scores, labels, dunits = (
        rng.normal(size=(4, 3)),
        np.array([0, 2, 1, 1]),
        rng.normal(size=(2, 5)),
    )
    fast, slow = bp.linear_backward(dunits, x, weight), bp.linear_backward_naive(dunits, x, weight)
    for got, want in zip(slow, fast, strict=True):
        assert_close(got, want)
    assert_close(bp.flatten_backward_naive(flat, x), bp.flatten_backward(flat, x))
    assert_close(bp.relu_backward_naive(dy, x), bp.relu_backward(dy, x))
    assert_close(
        bp.dropout_backward_naive(dy, 0.4, uniform), bp.dropout_backward(dy, 0.4, uniform, True)
    )
    assert_close(
        bp.softmax_cross_entropy_backward_naive(scores, labels),
        bp.softmax_cross_entropy(scores, labels)[1],
    )
    assert_close(
        bp.batch_norm_backward_naive(dy, x, gamma), bp.batch_norm_backward(dy, x, gamma)[0]
    )
