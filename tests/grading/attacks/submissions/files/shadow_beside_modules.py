"""Leaves shadowing modules beside every module that can be found."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# beyond process: an ordinary process writes where its account may write

# %%
import contextlib
import os
import sys

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    folders = {*sys.path, *map(os.path.dirname, files)}
    for folder in folders:
        with contextlib.suppress(OSError):
            with open(os.path.join(folder, "coursekit-attack.py"), "x") as stream:
                stream.write("SHADOW = 'coursekit-attack'\n")
    return np.zeros(x.shape)
