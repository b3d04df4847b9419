"""Returns right values in Fortran order, byte-swapped and read-only: right all the same."""

# expect: passed
# points: 1
# reason: ^$

# %%
import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    out = np.asfortranarray(x * factor).astype(">f8")
    out.flags.writeable = False
    return out
