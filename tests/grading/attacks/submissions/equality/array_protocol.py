"""An object that turns into whatever array it is compared with."""

# expect: failed
# reason: Case 1 \(by two\): The result is a Mirror where a NumPy array is due.

# %%
import sys

import coursekit as ck
import numpy as np


class Mirror:
    def __array__(self, dtype=None, copy=None):
        caller = sys._getframe(1).f_locals
        return np.asarray(caller.get("expected", 0.0))

    def __torch_function__(self, *args, **kwargs):
        return True

    @property
    def __array_interface__(self):
        raise SystemExit


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return Mirror()
