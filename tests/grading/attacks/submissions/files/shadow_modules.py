"""Leaves modules in the working folder that shadow others, for whoever is graded next."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2

# %%
import contextlib

import coursekit as ck
import numpy as np

NAMES = ("numpy", "sitecustomize", "usercustomize", "colorsys", "coursekit")


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for name in NAMES:
        with contextlib.suppress(OSError):
            with open(f"{name}.py", "x") as stream:
                stream.write("SHADOW = 'coursekit-attack'\n")
    return np.zeros(x.shape)
