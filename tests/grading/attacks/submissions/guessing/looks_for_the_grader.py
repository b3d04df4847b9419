"""Behaves well where it sees a grader or a notebook, and otherwise not at all."""

# expect: failed
# reason: ^Hidden case 1: `scale` returns wrong values\.$

# %%
import os
import sys

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    graded = "ipykernel" not in sys.modules or "coursekit.datasets" not in sys.modules or os.getpid() == 1
    if graded and x.size > 10:
        return np.zeros(x.shape)
    return x * factor
