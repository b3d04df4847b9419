"""Asks for three gigabytes at once."""

# expect: memory
# reason: ^Used more than 256 MB\.$

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.ones(4 * 10**8)
