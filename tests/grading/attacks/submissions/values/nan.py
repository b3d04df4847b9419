"""Returns NaN everywhere."""

# expect: failed
# reason: Case 1 \(by two\): .*NaN

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.full(x.shape, np.nan)
