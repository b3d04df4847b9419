# %% [markdown]
# # Backprop, step by step
# I write everything as loops first. Slow but I can see what happens.

# %%
import math
import numpy as np
import coursekit as ck

# %%
@ck.exercise("backprop.tape_gradients")
def tape_gradients(tape, values):
    g = [0.0] * len(tape)
    g[len(tape) - 1] = 1.0
    for n in range(len(tape) - 1, -1, -1):
        name, ops = tape[n]
        if name == "add":
            g[ops[0]] += g[n]
            g[ops[1]] += g[n]
        elif name == "sub":
            g[ops[0]] += g[n]
            g[ops[1]] -= g[n]
        elif name == "mul":
            left, right = values[ops[0]], values[ops[1]]
            g[ops[0]] += g[n] * right
            g[ops[1]] += g[n] * left
        elif name == "max":
            winner = ops[0] if values[ops[0]] >= values[ops[1]] else ops[1]
            g[winner] += g[n]
        elif name == "sigmoid":
            g[ops[0]] += g[n] * values[n] * (1 - values[n])
    return np.array(g)

tape_gradients.check()

# %%
@ck.exercise("backprop.mlp_sensitivities")
def mlp_sensitivities(x, t, W1, b1, W2, b2):
    f = lambda net: 1 / (1 + math.exp(-net))
    y = [f(sum(W1[j, i] * x[i] for i in range(len(x))) + b1[j]) for j in range(len(b1))]
    z = [f(sum(W2[k, j] * y[j] for j in range(len(y))) + b2[k]) for k in range(len(b2))]
    delta_k = [(t[k] - z[k]) * z[k] * (1 - z[k]) for k in range(len(z))]
    delta_j = [
        y[j] * (1 - y[j]) * sum(W2[k, j] * delta_k[k] for k in range(len(z)))
        for j in range(len(y))
    ]
    return {
        "delta_k": np.array(delta_k),
        "delta_j": np.array(delta_j),
        "W1": np.array([[-d * xi for xi in x] for d in delta_j]),
        "b1": np.array([-d for d in delta_j]),
        "W2": np.array([[-d * yj for yj in y] for d in delta_k]),
        "b2": np.array([-d for d in delta_k]),
    }

# %%
@ck.exercise("backprop.numerical_gradient")
def numerical_gradient(f, x, eps=1e-6):
    result = np.zeros(x.shape)
    flat = result.reshape(-1)
    for n in range(x.size):
        up = np.array(x, dtype=float)
        down = np.array(x, dtype=float)
        up.reshape(-1)[n] += eps
        down.reshape(-1)[n] -= eps
        flat[n] = (f(up) - f(down)) / (2 * eps)
    return result

numerical_gradient.check()

# %%
@ck.exercise("backprop.linear_backward")
def linear_backward(dy, x, weight):
    flat = x.reshape(x.shape[0], -1)
    dx = np.zeros(flat.shape)
    dweight = np.zeros(weight.shape)
    dbias = np.zeros(weight.shape[0])
    for n in range(dy.shape[0]):
        for b in range(dy.shape[1]):
            dbias[b] += dy[n, b]
            dx[n] += dy[n, b] * weight[b]
            dweight[b] += dy[n, b] * flat[n]
    return dx.reshape(x.shape), dweight, dbias

# %%
@ck.exercise("backprop.softmax_cross_entropy")
def softmax_cross_entropy(scores, labels):
    loss = 0.0
    grad = np.zeros(scores.shape)
    n = len(scores)
    for row in range(n):
        top = max(scores[row])
        powers = [math.exp(s - top) for s in scores[row]]
        total = sum(powers)
        loss += math.log(total) - (scores[row][labels[row]] - top)
        for k in range(len(powers)):
            grad[row, k] = powers[k] / total
        grad[row, labels[row]] -= 1
    return loss / n, grad / n

# %%
def two(v):
    return v if isinstance(v, tuple) else (v, v)

@ck.exercise("backprop.conv2d_backward")
def conv2d_backward(dy, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = two(stride), two(padding)
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    xp = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    xp[:, :, ph:ph + H, pw:pw + W] = x
    dxp = np.zeros(xp.shape)
    dw = np.zeros(weight.shape)
    db = np.zeros(O)
    for n in range(N):
        for o in range(O):
            for r in range(dy.shape[2]):
                for c in range(dy.shape[3]):
                    g = dy[n, o, r, c]
                    window = (n, slice(None), slice(r * sh, r * sh + KH), slice(c * sw, c * sw + KW))
                    dw[o] += g * xp[window]
                    dxp[window] += g * weight[o]
                    db[o] += g
    return dxp[:, :, ph:ph + H, pw:pw + W], dw, db

conv2d_backward.check()

# %%
@ck.exercise("backprop.max_pool2d_backward")
def max_pool2d_backward(dy, x, size, stride=None):
    kh, kw = two(size)
    sh, sw = two(size if stride is None else stride)
    dx = np.zeros(x.shape)
    for n in range(dy.shape[0]):
        for k in range(dy.shape[1]):
            for r in range(dy.shape[2]):
                for c in range(dy.shape[3]):
                    best, at = -math.inf, None
                    for i in range(kh):
                        for j in range(kw):
                            if x[n, k, r * sh + i, c * sw + j] > best:
                                best, at = x[n, k, r * sh + i, c * sw + j], (r * sh + i, c * sw + j)
                    dx[n, k, at[0], at[1]] += dy[n, k, r, c]
    return dx

# %%
@ck.exercise("backprop.sgd_momentum_step")
def sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay):
    new_velocity = momentum * velocity + grad + weight_decay * w
    return w - lr * new_velocity, new_velocity

# %%
@ck.exercise("backprop.batch_norm")
def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    y = np.zeros(x.shape)
    new_mean, new_var = running_mean.copy(), running_var.copy()
    for c in range(x.shape[1]):
        values = x[:, c]
        if training:
            mean, var = values.mean(), values.var()
            new_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean
            new_var[c] = (1 - momentum) * running_var[c] + momentum * values.var(ddof=1)
        else:
            mean, var = running_mean[c], running_var[c]
        y[:, c] = gamma[c] * (values - mean) / math.sqrt(var + eps) + beta[c]
    return y, new_mean, new_var

# %%
@ck.exercise("backprop.dropout")
def dropout(x, rate, uniform, training):
    if not training:
        return x.copy()
    y = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        if uniform[at] >= rate:
            y[at] = x[at] / (1 - rate)
    return y

# %%
@ck.exercise("backprop.elastic_net")
def elastic_net(w, l1, l2):
    penalty = 0.0
    gradient = np.zeros(w.shape)
    for at in np.ndindex(w.shape):
        penalty += l1 * abs(w[at]) + l2 * w[at] ** 2
        sign = 0 if w[at] == 0 else math.copysign(1, w[at])
        gradient[at] = l1 * sign + 2 * l2 * w[at]
    return penalty, gradient

elastic_net.check()
