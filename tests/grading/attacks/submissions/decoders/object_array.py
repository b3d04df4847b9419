"""Returns an array of objects with methods that run commands."""

# expect: failed
# reason: Case 1 \(by two\): The result has dtype object

# %%
import os

import coursekit as ck
import numpy as np


class Gadget:
    def __reduce__(self):
        return os.system, ("touch @out@/coursekit-attack-array",)

    def __repr__(self):
        raise SystemExit


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.full(x.shape, Gadget(), object)
