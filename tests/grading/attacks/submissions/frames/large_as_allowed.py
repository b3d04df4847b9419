"""Answers every call with as many bytes as the format allows, and they are wrong."""

# expect: failed timeout memory
# reason: .
# limit: 0.5

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.zeros(1 << 23)
