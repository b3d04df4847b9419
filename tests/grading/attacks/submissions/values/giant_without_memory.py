"""Returns an array of a million million numbers that lies in eight bytes."""

# expect: failed
# reason: Case 1 \(by two\): The result has shape \(1000000, 1000000\), expected \(2, 3\)\.

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.broadcast_to(np.float64(1), (10**6, 10**6))
