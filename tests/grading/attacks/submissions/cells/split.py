"""The answer spread over several cells, helpers below their use."""

# expect: passed
# points: 1
# reason: ^$

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return times(x, factor) + ZERO


# %%
def times(x, factor):
    return np.multiply(x, factor)


# %%
import numpy as np

# %%
ZERO = 0.0
