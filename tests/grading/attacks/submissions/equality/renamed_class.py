"""A class that calls itself ndarray."""

# expect: failed
# reason: Case 1 \(by two\): The result is a ndarray

# %%
import coursekit as ck
import numpy as np

Fake = type("ndarray", (np.ndarray,), {"__eq__": lambda self, other: True, "__module__": "numpy"})


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.zeros(x.shape).view(Fake)
