"""Solutions written independently of the reference: torch.autograd, other NumPy functions."""

import numpy as np
import torch


def leaf(array):
    return torch.from_numpy(array.copy()).requires_grad_()


def gradients(y, inputs, dy=None):
    dy = None if dy is None else torch.from_numpy(dy)
    return tuple(g.numpy() for g in torch.autograd.grad(y, inputs, dy))


def tape_gradients(tape, values):
    """Forward mode: the derivative of every node with respect to every other, row by row."""
    jacobian = np.eye(len(tape))
    for node, (operation, operands) in enumerate(tape):
        rows, given = jacobian[list(operands)], [values[i] for i in operands]
        if operation == "add":
            jacobian[node] += rows[0] + rows[1]
        elif operation == "sub":
            jacobian[node] += rows[0] - rows[1]
        elif operation == "mul":
            jacobian[node] += given[1] * rows[0] + given[0] * rows[1]
        elif operation == "max":
            jacobian[node] += rows[int(np.argmax(given))]
        elif operation == "sigmoid":
            jacobian[node] += np.exp(-given[0]) / (1 + np.exp(-given[0])) ** 2 * rows[0]
    return jacobian[-1]


def mlp_sensitivities(x, t, W1, b1, W2, b2):
    names = ("W1", "b1", "W2", "b2")
    leaves = dict(zip(names, map(leaf, (W1, b1, W2, b2)), strict=True))
    net_j = leaves["W1"] @ torch.from_numpy(x) + leaves["b1"]
    net_k = leaves["W2"] @ torch.sigmoid(net_j) + leaves["b2"]
    loss = 0.5 * (torch.from_numpy(t) - torch.sigmoid(net_k)).square().sum()
    found = gradients(loss, [*leaves.values(), net_j, net_k])
    return dict(zip(names, found, strict=False)) | {"delta_j": -found[4], "delta_k": -found[5]}


def linear_backward(dy, x, weight):
    inputs = leaf(x), leaf(weight), leaf(np.zeros(len(weight)))
    y = torch.nn.functional.linear(inputs[0].flatten(1), *inputs[1:])
    return gradients(y, inputs, dy)


def softmax_cross_entropy(scores, labels):
    inputs = leaf(scores)
    loss = torch.nn.functional.cross_entropy(inputs, torch.from_numpy(labels))
    return loss.item(), gradients(loss, inputs)[0]


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    inputs = leaf(x), leaf(weight), leaf(np.zeros(len(weight)))
    return gradients(torch.nn.functional.conv2d(*inputs, stride, padding), inputs, dy)


def max_pool2d_backward(dy, x, size, stride=None):
    inputs = leaf(x)
    return gradients(torch.nn.functional.max_pool2d(inputs, size, stride), inputs, dy)[0]


def numerical_gradient(f, x, eps=1e-6):
    steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / eps / 2 for step in steps]
    return np.reshape(slopes, x.shape)


def sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay):
    """One step of torch.optim.SGD, from the given velocity."""
    parameter = torch.nn.Parameter(torch.from_numpy(w.copy()))
    parameter.grad = torch.from_numpy(grad.copy())
    optimizer = torch.optim.SGD([parameter], lr, momentum, weight_decay=weight_decay)
    buffer = torch.from_numpy(velocity.copy())
    optimizer.state[parameter]["momentum_buffer"] = buffer
    optimizer.step()
    if momentum == 0:  # torch keeps no velocity then
        return parameter.detach().numpy(), grad + weight_decay * w
    return parameter.detach().numpy(), buffer.numpy()


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    mean, var = torch.from_numpy(running_mean.copy()), torch.from_numpy(running_var.copy())
    x, gamma, beta = map(torch.from_numpy, (x, gamma, beta))
    y = torch.nn.functional.batch_norm(x, mean, var, gamma, beta, training, momentum, eps)
    return y.numpy(), mean.numpy(), var.numpy()


def dropout(x, rate, uniform, training):
    return np.where(uniform < rate, 0.0, x / (1 - rate)) if training else np.array(x)


def elastic_net(w, l1, l2):
    weights = leaf(w)
    penalty = l1 * weights.abs().sum() + l2 * weights.square().sum()
    return penalty.item(), gradients(penalty, weights)[0]
