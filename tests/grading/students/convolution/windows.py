# %% [markdown]
# # Lesson 01 — Bela
# `sliding_window_view` does most of the work here.

# %%
import coursekit as ck
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

rng = np.random.default_rng(42)

# %%
@ck.exercise("convolution.output_size")
def output_size(n, kernel, stride=1, padding=0):
    return (n + 2*padding - kernel)//stride + 1

output_size.check()

# %%
pair = lambda v: (v, v) if np.isscalar(v) else tuple(v)

@ck.exercise("convolution.correlate2d")
def correlate2d(x, kernel, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    padded = np.pad(x, [(ph, ph), (pw, pw)])
    windows = sliding_window_view(padded, kernel.shape)[::sh, ::sw]
    return np.einsum('rcij,ij->rc', windows, kernel)

correlate2d.check()

# %%
x = rng.normal(size=(100, 120)); k = rng.normal(size=(5, 5))
# %timeit -n 2 -r 2 correlate2d(x, k)

# %%
@ck.exercise("convolution.conv2d")
def conv2d(x, weight, bias, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    padded = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    windows = sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    # (N C OH OW KH KW) x (O C KH KW) -> (N OH OW O)
    y = np.tensordot(windows, weight, axes=([1, 4, 5], [1, 2, 3]))
    return np.moveaxis(y + bias, -1, 1)

conv2d.check()

# %%
# does it agree with the loop version of the lecture?
def slow(x, w, b):
    n, c, h, ww = x.shape; o, _, kh, kw = w.shape
    out = np.zeros((n, o, h-kh+1, ww-kw+1))
    for m in range(n):
        for f in range(o):
            for r in range(out.shape[2]):
                for s in range(out.shape[3]):
                    out[m, f, r, s] = (x[m, :, r:r+kh, s:s+kw]*w[f]).sum() + b[f]
    return out

x, w, b = rng.normal(size=(2, 3, 8, 8)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
print('largest difference', np.abs(slow(x, w, b) - conv2d(x, w, b)).max() < 1e-12)

# %%
def pooled(x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    return sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]

@ck.exercise("convolution.max_pool2d")
def max_pool2d(x, size, stride=None):
    return pooled(x, size, stride).max(axis=(-1, -2))

max_pool2d.check()

# %%
@ck.exercise("convolution.avg_pool2d")
def avg_pool2d(x, size, stride=None):
    return pooled(x, size, stride).mean(axis=(-1, -2))

avg_pool2d.check()

# %%
@ck.exercise("convolution.conv_matrix")
def conv_matrix(kernel, input_shape):
    # column p of the matrix is the answer to an image that is 1 at pixel p
    size = input_shape[0]*input_shape[1]
    columns = [correlate2d(e.reshape(input_shape), kernel).ravel() for e in np.eye(size)]
    return np.array(columns).T.copy()

conv_matrix.check()

# %%
@ck.exercise("convolution.receptive_field")
def receptive_field(layers):
    if not layers:
        return 1
    kernels, strides = np.array(layers).T
    jumps = np.cumprod([1, *strides[:-1]])
    return 1 + int(((kernels - 1)*jumps).sum())

receptive_field.check()

# %%
@ck.exercise("convolution.conv_parameters")
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    return out_channels*(in_channels*np.prod(pair(kernel_size)) + bias)

conv_parameters.check()

# %%
# the numbers of the lecture
print(conv_parameters(3, 96, 11))
ck.progress()
