"""Returns an array with named fields."""

# expect: failed
# reason: Case 1 \(by two\): The result has dtype

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.zeros(x.shape, [("passed", "?"), ("points", "f8")])
