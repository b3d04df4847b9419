"""Returns arrays without elements, of which every statement is true."""

# expect: failed
# reason: Case 1 \(by two\): The result has shape \(0, 3\), expected \(2, 3\)\.

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.zeros((0, 3))
