"""Returns one and the same array from every call: each call is judged when it is made."""

# expect: passed
# points: 1
# reason: ^$

# %%
import coursekit as ck
import numpy as np

BUFFER = np.zeros(1000)


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    out = BUFFER[: x.size].reshape(x.shape)
    out[...] = x * factor
    return out
