"""Returns views of its input: right as long as the values are."""

# expect: passed
# points: 1
# reason: ^$

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    big = np.zeros((*x.shape, 2))
    big[..., 0] = x * factor
    return big[..., 0]


@ck.exercise("vault.shift")
def shift(x):
    return x[np.arange(-1, len(x) - 1)][:]
