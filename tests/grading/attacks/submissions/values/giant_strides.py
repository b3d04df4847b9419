"""Returns an array whose strides lead out of its memory."""

# expect: failed error
# reason: .

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.lib.stride_tricks.as_strided(np.zeros(1), x.shape, (1 << 40, 8))
