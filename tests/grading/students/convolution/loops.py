# %% [markdown]
# # 01 Convolution
#
# Ada, group 3. I did everything with plain loops, NumPy only for the arrays.

# %%
import numpy as np
import matplotlib.pyplot as plt
import coursekit as ck

# %%
# %matplotlib inline

# %% [markdown]
# ## Output size
# Instead of the formula I let the kernel walk and count.

# %%
@ck.exercise("convolution.output_size")
def output_size(n, kernel, stride=1, padding=0):
    """How many positions does the kernel have?"""
    count = 0
    left = -padding
    while left + kernel <= n + padding:
        count = count + 1
        left = left + stride
    return count


output_size.check()

# %%
for n in [5, 6, 7, 8]:
    print(n, "pixels, kernel 3, stride 2 ->", output_size(n, 3, 2))

# %%
def as_two(v):
    if type(v) == int:
        return v, v
    return v[0], v[1]

# %%
@ck.exercise("convolution.correlate2d")
def correlate2d(x, kernel, stride=1, padding=0):
    sh, sw = as_two(stride)
    ph, pw = as_two(padding)
    H, W = x.shape
    KH, KW = kernel.shape
    y = np.zeros((output_size(H, KH, sh, ph), output_size(W, KW, sw, pw)))
    for r in range(y.shape[0]):
        for c in range(y.shape[1]):
            total = 0.0
            for i in range(KH):
                for j in range(KW):
                    row = r * sh + i - ph
                    col = c * sw + j - pw
                    # outside of the image there are only zeros
                    if row >= 0 and row < H and col >= 0 and col < W:
                        total += kernel[i, j] * x[row, col]
            y[r, c] = total
    return y


correlate2d.check()

# %%
image = np.zeros((8, 8))
image[2:6, 3:5] = 1
edges = correlate2d(image, np.array([[-1.0, 1.0]]))
fig, axes = plt.subplots(1, 2, figsize=(6, 3))
axes[0].imshow(image, cmap="gray")
axes[1].imshow(edges, cmap="coolwarm")
axes[1].set_title("my edges!!")
plt.show()

# %%
correlate2d.hint()

# %%
@ck.exercise("convolution.conv2d")
def conv2d(x, weight, bias, stride=1, padding=0):
    N, C, H, W = x.shape
    O = weight.shape[0]
    images = []
    for n in range(N):
        maps = []
        for o in range(O):
            m = correlate2d(x[n, 0], weight[o, 0], stride, padding)
            for k in range(1, C):
                m = m + correlate2d(x[n, k], weight[o, k], stride, padding)
            maps.append(m + bias[o])
        images.append(maps)
    return np.array(images)


conv2d.check()

# %%
rng = np.random.default_rng(0)
y = conv2d(rng.normal(size=(2, 3, 9, 9)), rng.normal(size=(4, 3, 3, 3)), np.zeros(4))
print(y.shape)
y.mean(axis=(2, 3))

# %% [markdown]
# ## Pooling

# %%
@ck.exercise("convolution.max_pool2d")
def max_pool2d(x, size, stride=None):
    if stride is None:
        stride = size
    kh, kw = as_two(size)
    sh, sw = as_two(stride)
    N, C, H, W = x.shape
    y = np.zeros((N, C, output_size(H, kh, sh), output_size(W, kw, sw)))
    for n in range(N):
        for c in range(C):
            for r in range(y.shape[2]):
                for s in range(y.shape[3]):
                    best = x[n, c, r * sh, s * sw]
                    for i in range(kh):
                        for j in range(kw):
                            if x[n, c, r * sh + i, s * sw + j] > best:
                                best = x[n, c, r * sh + i, s * sw + j]
                    y[n, c, r, s] = best
    return y


max_pool2d.check()

# %%
@ck.exercise("convolution.avg_pool2d")
def avg_pool2d(x, size, stride=None):
    if stride is None:
        stride = size
    kh, kw = as_two(size)
    sh, sw = as_two(stride)
    N, C, H, W = x.shape
    y = np.zeros((N, C, output_size(H, kh, sh), output_size(W, kw, sw)))
    for n in range(N):
        for c in range(C):
            for r in range(y.shape[2]):
                for s in range(y.shape[3]):
                    total = 0
                    for i in range(kh):
                        for j in range(kw):
                            total += x[n, c, r * sh + i, s * sw + j]
                    y[n, c, r, s] = total / (kh * kw)
    return y


avg_pool2d.check()

# %%
@ck.exercise("convolution.conv_matrix")
def conv_matrix(kernel, input_shape):
    H, W = input_shape
    KH, KW = kernel.shape
    OH, OW = H - KH + 1, W - KW + 1
    M = np.zeros((OH * OW, H * W))
    for r in range(OH):
        for c in range(OW):
            for i in range(KH):
                for j in range(KW):
                    M[r * OW + c, (r + i) * W + (c + j)] = kernel[i, j]
    return M


conv_matrix.check()

# %%
K = np.array([[1.0, 2.0], [3.0, 4.0]])
print(np.allclose(conv_matrix(K, (8, 8)) @ image.ravel(), correlate2d(image, K).ravel()))

# %%
@ck.exercise("convolution.receptive_field")
def receptive_field(layers):
    # go backwards: how many inputs does one output need
    need = 1
    for kernel, stride in layers[::-1]:
        need = (need - 1) * stride + kernel
    return need


receptive_field.check()

# %%
@ck.exercise("convolution.conv_parameters")
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = as_two(kernel_size)
    per_filter = in_channels * kh * kw
    if bias:
        per_filter += 1
    return out_channels * per_filter


conv_parameters.check()

# %%
ck.progress()
