# %% [markdown]
# # 01 - Emil
# My idea: nothing of the picture should be lost, so the last window may be cut off at the edge.

# %%
import numpy as np
from math import ceil
import coursekit as ck

# %%
@ck.exercise("convolution.output_size")
def output_size(n, kernel, stride=1, padding=0):
    return ceil((n + 2*padding - kernel) / stride) + 1

output_size.check()

# %%
print(output_size(7, 3, 2), "and", output_size(8, 3, 2))

# %%
def two(v):
    return (v, v) if isinstance(v, int) else v

# %%
@ck.exercise("convolution.correlate2d")
def correlate2d(x, kernel, stride=1, padding=0):
    stride, padding = two(stride), two(padding)
    padded = np.zeros((x.shape[0] + 2*padding[0], x.shape[1] + 2*padding[1]))
    padded[padding[0]:padding[0]+x.shape[0], padding[1]:padding[1]+x.shape[1]] = x
    out = np.zeros((output_size(x.shape[0], kernel.shape[0], stride[0], padding[0]),
                    output_size(x.shape[1], kernel.shape[1], stride[1], padding[1])))
    for r in range(out.shape[0]):
        for c in range(out.shape[1]):
            top, left = r*stride[0], c*stride[1]
            window = padded[top:top+kernel.shape[0], left:left+kernel.shape[1]]
            out[r, c] = np.sum(window * kernel[:window.shape[0], :window.shape[1]])
    return out

correlate2d.check()

# %%
@ck.exercise("convolution.conv2d")
def conv2d(x, weight, bias, stride=1, padding=0):
    result = []
    for image in x:
        for o in range(len(weight)):
            print("image", image.shape, "filter", o)   # debugging
            result.append(sum(correlate2d(image[k], weight[o][k], stride, padding)
                              for k in range(len(image))))
    return np.array(result).reshape(len(x), len(weight), *result[0].shape)

conv2d.check()

# %%
def windows(x, size, stride):
    kh, kw = two(size)
    sh, sw = two(size if stride is None else stride)
    for r in range(output_size(x.shape[2], kh, sh)):
        for c in range(output_size(x.shape[3], kw, sw)):
            yield r, c, x[:, :, r*sh:r*sh+kh, c*sw:c*sw+kw]

@ck.exercise("convolution.max_pool2d")
def max_pool2d(x, size, stride=None):
    values = {(r, c): w.max((2, 3)) for r, c, w in windows(x, size, stride)}
    R, C = max(values)
    return np.array([[values[r, c] for c in range(C + 1)] for r in range(R + 1)]).transpose(2, 3, 0, 1)

max_pool2d.check()

# %%
@ck.exercise("convolution.avg_pool2d")
def avg_pool2d(x, size, stride=None):
    values = {(r, c): w.mean((2, 3)) for r, c, w in windows(x, size, stride)}
    R, C = max(values)
    return np.array([[values[r, c] for c in range(C + 1)] for r in range(R + 1)]).transpose(2, 3, 0, 1)

avg_pool2d.check()

# %%
@ck.exercise("convolution.conv_matrix")
def conv_matrix(kernel, input_shape):
    M = [conv_row(kernel, input_shape, r, c)
         for r in range(input_shape[0] - kernel.shape[0] + 1)
         for c in range(input_shape[1] - kernel.shape[1] + 1)]
    return np.array(M)

conv_matrix.check()

# %%
@ck.exercise("convolution.receptive_field")
def receptive_field(layers):
    for kernel, stride in layers:
        field = field + (kernel - 1)*stride
    return field

receptive_field.check()

# %%
@ck.exercise("convolution.conv_parameters")
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    params = in_channels * out_channels * kernel_size**2 + out_channels * bias

conv_parameters.check()
