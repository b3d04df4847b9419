"""A right answer that warns on stderr must not lose its mark."""

# expect: passed
# points: 1
# reason: ^$

# %%
import sys
import warnings

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    warnings.warn("Traceback (most recent call last): FAILED", stacklevel=1)
    print("Error: everything is wrong", file=sys.stderr)
    np.log(np.zeros(2))
    return x * factor
