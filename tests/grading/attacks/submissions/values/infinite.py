"""Returns infinity everywhere."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 0\] is inf, expected 0

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.full(x.shape, np.inf)
