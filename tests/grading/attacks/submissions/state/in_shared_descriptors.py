"""Leaves flags on the descriptors that it has got from its parent."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# others: any

# %%
import contextlib
import fcntl
import os

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for number in (0, 1, 2):
        with contextlib.suppress(OSError):
            flags = fcntl.fcntl(number, fcntl.F_GETFL)
            fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_APPEND | os.O_NONBLOCK)
        with contextlib.suppress(OSError):
            fcntl.fcntl(number, fcntl.F_SETSIG, 12)
    return np.zeros(x.shape)
