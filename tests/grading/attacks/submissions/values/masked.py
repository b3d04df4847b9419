"""Returns a masked array: what is masked equals everything."""

# expect: failed
# reason: Case 1 \(by two\): The result is a MaskedArray; return a plain NumPy array\.

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.ma.masked_all(x.shape)
