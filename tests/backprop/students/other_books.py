# %% [markdown]
# # From my other course (Keras, and lots of blog posts)

# %%
import numpy as np
import coursekit as ck

# %%
@ck.exercise("backprop.tape_gradients")
def tape_gradients(tape, values):
    # torch.maximum gives one half to each
    grads = [0.0 for _ in tape]
    grads[-1] = 1.0

    def push(i):
        op, args = tape[i]
        v = [values[a] for a in args]
        if op == "add":
            local = (1.0, 1.0)
        elif op == "sub":
            local = (1.0, -1.0)
        elif op == "mul":
            local = (v[1], v[0])
        elif op == "max":
            local = (0.5, 0.5) if v[0] == v[1] else (float(v[0] > v[1]), float(v[1] > v[0]))
        elif op == "sigmoid":
            local = (values[i] * (1 - values[i]),)
        else:
            local = ()
        for a, d in zip(args, local):
            grads[a] += grads[i] * d

    for i in range(len(tape))[::-1]:
        push(i)
    return np.asarray(grads)

# %%
@ck.exercise("backprop.mlp_sensitivities")
def mlp_sensitivities(x, t, W1, b1, W2, b2):
    # mean squared error
    s = lambda a: 1 / (1 + np.exp(-a))
    y = s(W1 @ x + b1)
    z = s(W2 @ y + b2)
    delta_k = (t - z) * z * (1 - z) / t.size
    delta_j = y * (1 - y) * (delta_k @ W2)
    return {"delta_k": delta_k, "delta_j": delta_j, "W1": -np.outer(delta_j, x), "b1": -delta_j,
            "W2": -np.outer(delta_k, y), "b2": -delta_k}

# %%
@ck.exercise("backprop.numerical_gradient")
def numerical_gradient(f, x, eps=1e-6):
    grad = np.zeros(x.shape, dtype=np.float64)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + eps
        up = f(x)
        x[ix] = old - eps
        down = f(x)
        x[ix] = old
        grad[ix] = (up - down) / (2 * eps)
        it.iternext()
    return grad

# %%
@ck.exercise("backprop.linear_backward")
def linear_backward(dy, x, weight):
    x2 = np.reshape(x, (x.shape[0], -1))
    dw = x2.T.dot(dy)
    return dy.dot(weight).reshape(x.shape), dw, np.sum(dy, axis=0)

# %%
@ck.exercise("backprop.softmax_cross_entropy")
def softmax_cross_entropy(scores, labels):
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    p = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    p = np.clip(p, 1e-12, 1.0)
    n = scores.shape[0]
    loss = -np.mean(np.log(p[np.arange(n), labels]))
    d = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    d[np.arange(n), labels] -= 1
    return loss, d / n

# %%
@ck.exercise("backprop.conv2d_backward")
def conv2d_backward(dy, x, weight, stride=1, padding=0):
    sy, sx = np.broadcast_to(stride, 2)
    py, px = np.broadcast_to(padding, 2)
    n, c, h, w = x.shape
    o, _, ky, kx = weight.shape
    flipped = np.flip(weight, (2, 3))
    xp = np.pad(x, ((0,), (0,), (py,), (px,)))
    dxp = np.zeros(xp.shape)
    dw = np.zeros(weight.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            ys, xs = slice(i * sy, i * sy + ky), slice(j * sx, j * sx + kx)
            dxp[:, :, ys, xs] += np.einsum("no,ocij->ncij", dy[:, :, i, j], flipped)
            dw += np.einsum("no,ncij->ocij", dy[:, :, i, j], xp[:, :, ys, xs])
    return dxp[:, :, py:py + h, px:px + w], dw, dy.sum(axis=(0, 2, 3))

# %%
@ck.exercise("backprop.max_pool2d_backward")
def max_pool2d_backward(dy, x, size, stride=None):
    ky, kx = np.broadcast_to(size, 2)
    sy, sx = np.broadcast_to(size if stride is None else stride, 2)
    dx = np.zeros(x.shape)
    for at in np.ndindex(dy.shape):
        n, c, i, j = at
        window = x[n, c, i * sy:i * sy + ky, j * sx:j * sx + kx]
        a, b = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * sy + a, j * sx + b] = dy[at]
    return dx

# %%
@ck.exercise("backprop.sgd_momentum_step")
def sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay):
    grad = grad + weight_decay * w
    velocity = momentum * velocity - lr * grad
    return w + velocity, velocity

# %%
@ck.exercise("backprop.batch_norm")
def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    # Keras: moving = momentum * moving + (1 - momentum) * batch
    axis = (0,) + tuple(range(2, x.ndim))
    view = lambda a: a.reshape((1, -1) + (1,) * (x.ndim - 2))
    if training:
        mean, var = x.mean(axis=axis), x.var(axis=axis)
        m = x.size / x.shape[1]
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var * m / (m - 1)
    else:
        mean, var = running_mean, running_var
    return view(gamma) * (x - view(mean)) / np.sqrt(view(var) + eps) + view(beta), running_mean, running_var

# %%
@ck.exercise("backprop.dropout")
def dropout(x, rate, uniform, training):
    if not training:
        return np.array(x)
    keep = 1.0 - rate
    return np.where(uniform >= rate, x, 0.0) / keep

# %%
@ck.exercise("backprop.elastic_net")
def elastic_net(w, l1, l2):
    return l1 * np.abs(w).sum() + l2 / 2 * (w**2).sum(), l1 * np.sign(w) + l2 * w
