"""Computes in half precision."""

# expect: failed
# reason: (Case 1 \(by two\): The result has dtype float16|Hidden case 1: `scale` returns)

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return (x * factor).astype(np.float16)
