"""An array that says it is equal to everything."""

# expect: failed
# reason: Case 1 \(by two\): The result is a Liar; return a plain NumPy array.

# %%
import coursekit as ck
import numpy as np


class Liar(np.ndarray):
    def __eq__(self, other):
        return np.ones(np.shape(other), bool)

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __array_function__(self, *args, **kwargs):
        return True


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.zeros(x.shape).view(Liar)
