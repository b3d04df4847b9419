"""The id of one exercise on the function of another."""

# expect: failed error missing
# reason: .
# others: any

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def shift(x):
    return np.roll(x, 1)
