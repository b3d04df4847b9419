# %% [markdown]
# ## Chidi's notebook
# I put the things that I need everywhere into their own cells.

# %%
import math
from dataclasses import dataclass

import numpy as np
import coursekit as ck
from coursekit import exercise

ZERO = 0.0

# %%
@dataclass
class Geometry:
    """Two numbers, rows and columns."""
    rows: int
    cols: int

    @classmethod
    def of(cls, value):
        if isinstance(value, (tuple, list)):
            return cls(*value)
        return cls(value, value)

# %%
def surround(x, padding):
    """Zeros around the last two axes."""
    p = Geometry.of(padding)
    shape = x.shape[:-2] + (x.shape[-2] + 2 * p.rows, x.shape[-1] + 2 * p.cols)
    out = np.full(shape, ZERO)
    out[..., p.rows:p.rows + x.shape[-2], p.cols:p.cols + x.shape[-1]] = x
    return out

# %%
surround(np.ones((2, 2)), 1)

# %%
@exercise("convolution.output_size")
def output_size(n, kernel, stride=1, padding=0):
    return math.floor((n + 2 * padding - kernel) / stride) + 1

# %%
output_size.check()

# %%
def positions(shape, kernel_shape, stride):
    """Where the windows start: (output row, output column, top, left)."""
    s = Geometry.of(stride)
    for r in range(output_size(shape[-2], kernel_shape[0], s.rows)):
        for c in range(output_size(shape[-1], kernel_shape[1], s.cols)):
            yield r, c, r * s.rows, c * s.cols

def slide(x, kernel_shape, stride, summarise):
    s = Geometry.of(stride)
    rows = output_size(x.shape[-2], kernel_shape[0], s.rows)
    cols = output_size(x.shape[-1], kernel_shape[1], s.cols)
    result = None
    for r, c, top, left in positions(x.shape, kernel_shape, stride):
        value = summarise(x[..., top:top + kernel_shape[0], left:left + kernel_shape[1]])
        if result is None:
            result = np.zeros(np.shape(value) + (rows, cols))
        result[..., r, c] = value
    return result

# %%
@exercise("convolution.correlate2d")
def correlate2d(x, kernel, stride=1, padding=0):
    return slide(surround(x, padding), kernel.shape, stride, lambda window: np.sum(window * kernel))

correlate2d.check()

# %%
@exercise("convolution.conv2d")
def conv2d(x, weight, bias, stride=1, padding=0):
    def all_filters(window):                     # window: (N, C, KH, KW)
        flat = window.reshape(len(window), -1)
        return add_bias(flat @ weight.reshape(len(weight), -1).T, bias)
    return slide(surround(x, padding), weight.shape[2:], stride, all_filters)

# %% [markdown]
# The helper below is used above, that works as long as I run the cells before calling it.

# %%
def add_bias(scores, bias):
    return scores + bias[None, :]

# %%
conv2d.check()

# %%
def pool(x, size, stride, how):
    g = Geometry.of(size)
    return slide(x, (g.rows, g.cols), size if stride is None else stride,
                 lambda window: how(window, axis=(-2, -1)))

# %%
@exercise("convolution.max_pool2d")
def max_pool2d(x, size, stride=None):
    return pool(x, size, stride, np.max)

@exercise("convolution.avg_pool2d")
def avg_pool2d(x, size, stride=None):
    return pool(x, size, stride, np.mean)

print(max_pool2d.check(), avg_pool2d.check())

# %%
# no time left for this one, sorry
@exercise("convolution.conv_matrix")
def conv_matrix(kernel, input_shape):
    """
    kernel: (KH, KW), input_shape: (H, W)
    returns (OH*OW, H*W)
    """
    raise NotImplementedError

# %%
def reach(field, jump, kernel):
    return field + (kernel - 1) * jump

@exercise("convolution.receptive_field")
def receptive_field(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        field, jump = reach(field, jump, kernel), jump * stride
    return field

receptive_field.check()

# %%
@exercise("convolution.conv_parameters")
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    g = Geometry.of(kernel_size)
    weights = out_channels * in_channels * g.rows * g.cols
    return weights + out_channels if bias else weights

conv_parameters.check()

# %%
ck.progress()
