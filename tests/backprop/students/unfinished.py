# %%
import numpy as np
import coursekit as ck

# %%
@ck.exercise("backprop.tape_gradients")
def tape_gradients(tape, values):
    raise NotImplementedError

# %%
@ck.exercise("backprop.mlp_sensitivities")
def mlp_sensitivities(x, t, W1, b1, W2, b2):
    y = np.tanh(W1 @ x + b1)
    z = W2 @ y + b2
    delta_k = t - z
    delta_j = (1 - y**2) * (W2.T @ delta_k)
    return {"delta_k": delta_k, "delta_j": delta_j}

# %%
@ck.exercise("backprop.numerical_gradient")
def numerical_gradient(f, x, eps=1e-6):
    """Estimate the gradient of f at x by central differences."""
    raise NotImplementedError

# %%
@ck.exercise("backprop.linear_backward")
def linear_backward(dy, x, weight):
    dx = dy @ weight.T
    return dx.reshape(x.shape), dy.T @ x.reshape(len(x), -1), dy.sum(axis=0)

# %%
@ck.exercise("backprop.softmax_cross_entropy")
def softmax_cross_entropy(scores, labels):
    scores = scores - np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    picked = p[range(len(p)), labels]
    loss = -np.sum(np.log(picked + 1e-12)) / len(p)
    d = p.copy()
    d[range(len(p)), labels] -= 1
    return loss, d

# %%
@ck.exercise("backprop.conv2d_backward")
def conv2d_backward(dy, x, weight, stride=1, padding=0):
    raise NotImplementedError

# %%
@ck.exercise("backprop.max_pool2d_backward")
def max_pool2d_backward(dy, x, size, stride=None):
    h, w = size
    return np.kron(dy, np.ones((h, w))) / (h * w)

# %%
@ck.exercise("backprop.sgd_momentum_step")
def sgd_momentum_step(w, grad, velocity, lr, momentum, weight_decay):
    return w - lr * (grad + weight_decay * w)

# %%
@ck.exercise("backprop.batch_norm")
def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    raise NotImplementedError

# %%
@ck.exercise("backprop.dropout")
def dropout(x, rate, uniform, training):
    if training:
        kept = uniform >= rate
        return x * kept / kept.mean()
    return x.copy()

# %%
@ck.exercise("backprop.elastic_net")
def elastic_net(w, l1, l2):
    penalty = l1 * np.linalg.norm(w.ravel(), 1) + l2 * np.linalg.norm(w.ravel())
    return penalty, l1 * np.sign(w) + l2 * w / np.linalg.norm(w.ravel())
