# %% [markdown]
# # 01 Convolution
# Finn. I only read it and played with the examples until now.

# %%
import numpy as np
import coursekit as ck
import matplotlib.pyplot as plt

# %%
@ck.exercise("convolution.output_size")
def output_size(n, kernel, stride=1, padding=0):
    """Count the positions of a kernel along one axis."""
    raise NotImplementedError


output_size.check()

# %%
# what does the course's version say?
output_size(64, 5, padding=2)

# %%
@ck.exercise("convolution.correlate2d")
def correlate2d(x, kernel, stride=1, padding=0):
    """Slide a kernel over an image."""
    raise NotImplementedError


correlate2d.check()

# %%
noise = np.random.default_rng(3).normal(size=(20, 20))
plt.imshow(correlate2d(noise, np.ones((5, 5)) / 25))
plt.title("smooth noise")
plt.show()

# %%
@ck.exercise("convolution.conv2d")
def conv2d(x, weight, bias, stride=1, padding=0):
    """Apply a convolutional layer."""
    # TODO
    raise NotImplementedError


conv2d.check()

# %%
@ck.exercise("convolution.max_pool2d")
def max_pool2d(x, size, stride=None):
    """Keep the largest value of each window."""
    raise NotImplementedError()


max_pool2d.check()

# %%
@ck.exercise("convolution.avg_pool2d")
def avg_pool2d(x, size, stride=None):
    """Take the mean of each window."""
    raise NotImplementedError


avg_pool2d.check()

# %%
@ck.exercise("convolution.conv_matrix")
def conv_matrix(kernel, input_shape):
    """Write the convolution as a matrix."""
    raise NotImplementedError


conv_matrix.check()

# %%
conv_matrix.hint()

# %%
@ck.exercise("convolution.receptive_field")
def receptive_field(layers):
    """Find how many input pixels one output sees."""
    raise NotImplementedError


receptive_field.check()

# %%
receptive_field([(3, 1), (3, 1), (3, 1)])

# %%
@ck.exercise("convolution.conv_parameters")
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Count the learnable numbers."""
    raise NotImplementedError("later")


conv_parameters.check()

# %%
ck.progress()
