# %% [markdown]
# # Convolution (Dana)
# In my signal processing course convolution is $(x * k)[n] = \sum_m x[n - m] k[m]$,
# so the kernel has to be turned around first.

# %%
import numpy as np
import coursekit as ck
import matplotlib.pyplot as plt

# %%
@ck.exercise("convolution.output_size")
def output_size(n, kernel, stride=1, padding=0):
    steps, _ = divmod(n + 2 * padding - kernel, stride)
    return steps + 1

output_size.check()

# %%
def both(value):
    return value if isinstance(value, tuple) else (value, value)

def flip(kernel):
    return kernel[..., ::-1, ::-1]

# %%
@ck.exercise("convolution.correlate2d")
def correlate2d(x, kernel, stride=1, padding=0):
    (sh, sw), (ph, pw) = both(stride), both(padding)
    kernel = flip(kernel)
    x = np.pad(x, ((ph, ph), (pw, pw)))
    kh, kw = kernel.shape
    y = np.empty((output_size(x.shape[0], kh, sh), output_size(x.shape[1], kw, sw)))
    for r in range(y.shape[0]):
        for c in range(y.shape[1]):
            y[r, c] = (x[r * sh:r * sh + kh, c * sw:c * sw + kw] * kernel).sum()
    return y

correlate2d.check()

# %%
# a symmetric kernel looks fine...
blob = np.exp(-((np.arange(15) - 7) ** 2)[:, None] / 8 - ((np.arange(15) - 7) ** 2) / 8)
plt.imshow(correlate2d(blob, np.ones((3, 3)) / 9, padding=1))
plt.colorbar()
plt.show()

# %%
@ck.exercise("convolution.conv2d")
def conv2d(x, weight, bias, stride=1, padding=0):
    return np.stack([
        np.stack([
            sum(correlate2d(channel, w, stride, padding) for channel, w in zip(image, kernel)) + b
            for kernel, b in zip(weight, bias)
        ])
        for image in x
    ])

conv2d.check()

# %%
@ck.exercise("convolution.max_pool2d")
def max_pool2d(x, size, stride=None):
    (kh, kw), (sh, sw) = both(size), both(stride or size)
    rows = range(0, x.shape[2] - kh + 1, sh)
    cols = range(0, x.shape[3] - kw + 1, sw)
    return np.stack(
        [np.stack([x[:, :, r:r + kh, c:c + kw].max((2, 3)) for c in cols], -1) for r in rows], -2
    )

max_pool2d.check()

# %%
@ck.exercise("convolution.avg_pool2d")
def avg_pool2d(x, size, stride=None):
    (kh, kw), (sh, sw) = both(size), both(stride or size)
    rows = range(0, x.shape[2] - kh + 1, sh)
    cols = range(0, x.shape[3] - kw + 1, sw)
    return np.stack(
        [np.stack([x[:, :, r:r + kh, c:c + kw].sum((2, 3)) for c in cols], -1) for r in rows], -2
    )

avg_pool2d.check()

# %%
@ck.exercise("convolution.conv_matrix")
def conv_matrix(kernel, input_shape):
    H, W = input_shape
    k = flip(kernel)
    rows = []
    for r in range(output_size(H, k.shape[0])):
        for c in range(output_size(W, k.shape[1])):
            row = np.zeros((H, W))
            row[r:r + k.shape[0], c:c + k.shape[1]] = k
            rows.append(row.ravel())
    return np.array(rows)

conv_matrix.check()

# %%
@ck.exercise("convolution.receptive_field")
def receptive_field(layers):
    return 1 + sum(k - 1 for k, s in layers)

receptive_field.check()

# %%
@ck.exercise("convolution.conv_parameters")
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = both(kernel_size)
    return kh * kw * in_channels * out_channels

conv_parameters.check()

# %%
print("done?")
ck.progress()
