# %%
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
import coursekit as ck

# %%
SLOPES = {
    "input": lambda v: (),
    "add": lambda v, a, b: (1, 1),
    "sub": lambda v, a, b: (1, -1),
    "mul": lambda v, a, b: (b, a),
    "max": lambda v, a, b: (a >= b, a < b),
    "sigmoid": lambda v, a: (v - v**2,),
}

@ck.exercise("backprop.tape_gradients")
def tape_gradients(tape, values):
    g = np.eye(len(tape))[-1]
    for i, (op, args) in reversed(list(enumerate(tape))):
        np.add.at(g, list(args), g[i] * np.array(SLOPES[op](values[i], *values[list(args)]), float))
    return g

# %%
@ck.exercise("backprop.mlp_sensitivities")
def mlp_sensitivities(x, t, W1, b1, W2, b2):
    s = lambda a: 0.5 + 0.5 * np.tanh(a / 2)
    y = s(W1 @ x + b1)
    z = s(W2 @ y + b2)
    dk = (t - z) * z * (1 - z)
    dj = (dk @ W2) * y * (1 - y)
    return dict(
        delta_k=dk, delta_j=dj, b1=-dj, b2=-dk,
        W1=-dj[:, None] * x, W2=-dk[:, None] * y,
    )

# %%
@ck.exercise("backprop.numerical_gradient")
def numerical_gradient(f, x, eps=1e-6):
    x = x * 1.0
    unit = np.eye(x.size).reshape(-1, *x.shape) * eps
    return np.array([f(x + e) - f(x - e) for e in unit]).reshape(x.shape) / (2 * eps)

# %%
@ck.exercise("backprop.linear_backward")
def linear_backward(dy, x, weight):
    return (
        np.einsum("nb,ba->na", dy, weight).reshape(x.shape),
        np.einsum("nb,na->ba", dy, x.reshape(len(x), -1)),
        np.einsum("nb->b", dy),
    )

# %%
@ck.exercise("backprop.softmax_cross_entropy")
def softmax_cross_entropy(scores, labels):
    rows = np.arange(len(scores))
    log_p = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    d = np.exp(log_p)
    d[rows, labels] -= 1
    return -log_p[rows, labels].mean(), d / len(scores)

# %%
def as_pair(v):
    return (v, v) if np.isscalar(v) else tuple(v)

@ck.exercise("backprop.conv2d_backward")
def conv2d_backward(dy, x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = as_pair(stride), as_pair(padding)
    kh, kw = weight.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    win = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    dw = np.einsum("norc,nkrcij->okij", dy, win)
    # dx: dy with holes, padded all round, correlated with the turned kernel
    holes = np.zeros((*dy.shape[:2], xp.shape[2] + kh - 1, xp.shape[3] + kw - 1))
    rows, cols = dy.shape[2:]
    holes[:, :, kh - 1:kh - 1 + sh * rows:sh, kw - 1:kw - 1 + sw * cols:sw] = dy
    win = sliding_window_view(holes, (kh, kw), axis=(2, 3))
    dxp = np.einsum("norcij,okij->nkrc", win, weight[:, :, ::-1, ::-1])
    h, w = x.shape[2:]
    return dxp[:, :, ph:ph + h, pw:pw + w], dw, dy.sum((0, 2, 3))

# %%
@ck.exercise("backprop.max_pool2d_backward")
def max_pool2d_backward(dy, x, size, stride=None):
    kh, kw = as_pair(size)
    sh, sw = as_pair(stride or size)
    win = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    i, j = np.divmod(win.reshape(*win.shape[:4], -1).argmax(-1), kw)
    n, k, r, c = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, k, r * sh + i, c * sw + j), dy)
    return dx

# %%
@ck.exercise("backprop.sgd_momentum_step")
def sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay):
    v = velocity * momentum
    v += grad
    v += w * weight_decay
    return w - v * lr, v

# %%
@ck.exercise("backprop.batch_norm")
def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    rest = tuple(a for a in range(x.ndim) if a != 1)
    up = lambda v: np.expand_dims(v, rest)
    m, v = running_mean, running_var
    if training:
        m, v = x.mean(rest), x.var(rest)
        running_mean = running_mean + momentum * (m - running_mean)
        running_var = running_var + momentum * (x.var(rest, ddof=1) - running_var)
    factor = gamma * (v + eps) ** -0.5
    return x * up(factor) + up(beta - m * factor), running_mean, running_var

# %%
@ck.exercise("backprop.dropout")
def dropout(x, rate, uniform, training):
    return np.where(uniform < rate, 0, x / (1 - rate)) if training else +x

# %%
@ck.exercise("backprop.elastic_net")
def elastic_net(w, l1, l2):
    return l1 * np.abs(w).sum() + l2 * (w * w).sum(), l1 * np.sign(w) + l2 * 2 * w

# %%
ck.progress()
