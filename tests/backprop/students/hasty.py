# %%
import numpy as np, coursekit as ck

# %%
@ck.exercise("backprop.tape_gradients")
def tape_gradients(tape, values):
    g = np.zeros(len(tape)); g[-1] = 1
    for i in reversed(range(len(tape))):
        op, o = tape[i]
        if op == "add": g[o[0]] = g[i]; g[o[1]] = g[i]
        if op == "sub": g[o[0]] = g[i]; g[o[1]] = -g[i]
        if op == "mul": g[o[0]] = g[i] * values[o[1]]; g[o[1]] = g[i] * values[o[0]]
        if op == "max":
            w = o[0] if values[o[0]] >= values[o[1]] else o[1]
            l = o[1] if w == o[0] else o[0]
            g[w] = g[i]; g[l] = 0
        if op == "sigmoid": g[o[0]] = g[i] * values[i] * (1 - values[i])
    return g

# %%
def f(a): return 1 / (1 + np.exp(-a))
def df(a): return f(a) * (1 - f(a))

@ck.exercise("backprop.mlp_sensitivities")
def mlp_sensitivities(x, t, W1, b1, W2, b2):
    y = f(W1 @ x + b1); z = f(W2 @ y + b2)
    dk = (t - z) * df(z)
    dj = df(y) * (W2.T @ dk)
    return {"delta_k": dk, "delta_j": dj, "W1": -np.outer(dj, x), "b1": -dj,
            "W2": -np.outer(dk, y), "b2": -dk}

# %%
@ck.exercise("backprop.numerical_gradient")
def numerical_gradient(f, x, eps=1e-6):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        a, b = x.copy(), x.copy()
        a[i] = a[i] + eps; b[i] = b[i] - eps
        g[i] = (f(a) - f(b)) / (2 * eps)
    return g

# %%
@ck.exercise("backprop.linear_backward")
def linear_backward(dy, x, weight):
    N = len(x)
    X = x.reshape(N, -1)
    return (dy @ weight).reshape(x.shape), dy.T @ X / N, dy.mean(axis=0)

# %%
@ck.exercise("backprop.softmax_cross_entropy")
def softmax_cross_entropy(scores, labels):
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    n = len(labels)
    loss = -np.log(p[np.arange(n), labels]).mean()
    p[np.arange(n), labels] -= 1
    return loss, p / n

# %%
@ck.exercise("backprop.conv2d_backward")
def conv2d_backward(dy, x, weight, stride=1, padding=0):
    s1, s2 = (stride, stride) if isinstance(stride, int) else stride
    p1, p2 = (padding, padding) if isinstance(padding, int) else padding
    X = np.pad(x, ((0, 0), (0, 0), (p1, p1), (p2, p2)))
    dX = np.zeros_like(X); dW = np.zeros_like(weight)
    a, b = weight.shape[2:]
    for r in range(dy.shape[2]):
        for c in range(dy.shape[3]):
            g = dy[:, :, r, c]
            part = X[:, :, r*s1:r*s1+a, c*s2:c*s2+b]
            dW += np.tensordot(g, part, axes=(0, 0))
            dX[:, :, r*s1:r*s1+a, c*s2:c*s2+b] = np.tensordot(g, weight, axes=(1, 0))
    return dX[:, :, p1:p1+x.shape[2], p2:p2+x.shape[3]], dW, dy.sum(axis=(0, 2, 3))

# %%
@ck.exercise("backprop.max_pool2d_backward")
def max_pool2d_backward(dy, x, size, stride=None):
    a, b = (size, size) if isinstance(size, int) else size
    if stride is None: stride = (a, b)
    s, t = (stride, stride) if isinstance(stride, int) else stride
    dx = np.zeros_like(x)
    for r in range(dy.shape[2]):
        for c in range(dy.shape[3]):
            w = x[:, :, r*s:r*s+a, c*t:c*t+b]
            m = w.max(axis=(2, 3), keepdims=True)
            dx[:, :, r*s:r*s+a, c*t:c*t+b] += (w == m) * dy[:, :, r:r+1, c:c+1]
    return dx

# %%
@ck.exercise("backprop.sgd_momentum_step")
def sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + grad + weight_decay * w
    w -= lr * velocity
    return w, velocity

# %%
@ck.exercise("backprop.batch_norm")
def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    ax = (0, 2, 3) if x.ndim == 4 else (0,)
    sh = (1, -1, 1, 1) if x.ndim == 4 else (1, -1)
    if training:
        m = x.mean(axis=ax); v = x.var(axis=ax)
        running_mean = (1 - momentum) * running_mean + momentum * m
        running_var = (1 - momentum) * running_var + momentum * v
    else:
        m, v = running_mean, running_var
    y = (x - m.reshape(sh)) / np.sqrt(v.reshape(sh) + eps)
    return gamma.reshape(sh) * y + beta.reshape(sh), running_mean, running_var

# %%
@ck.exercise("backprop.dropout")
def dropout(x, rate, uniform, training):
    if training: return x * (uniform < rate) / (1 - rate)
    return x.copy()

# %%
@ck.exercise("backprop.elastic_net")
def elastic_net(w, l1, l2):
    return l1 * np.abs(w).sum() + l2 * (w ** 2).sum(), l1 * np.sign(w) + l2 * w
