"""Writes a grade into the store of the run."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# beyond process: an ordinary process writes where its account may write

# %%
import contextlib
import os

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for name in ("coursekit-attack.sqlite", "grading.secret"):
        with contextlib.suppress(OSError), open(os.path.join("@out@", name), "r+b") as stream:
            stream.write(b"coursekit-attack")
        with contextlib.suppress(OSError), open(os.path.join("@out@", name), "xb") as stream:
            stream.write(b"coursekit-attack")
    with contextlib.suppress(OSError):
        os.truncate("@out@/grading.sqlite", os.path.getsize("@out@/grading.sqlite"))
        with open("@out@/grading.sqlite", "r+b") as stream:
            stream.read(16)
            raise AssertionError("the store can be opened for writing")
    return np.zeros(x.shape)
