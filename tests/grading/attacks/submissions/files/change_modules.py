"""Looks for modules that it could change for whoever comes next."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# beyond process: an ordinary process writes where its account may write

# %%
import os
import sys

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    writable = []
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file:
            try:
                # Opened only: a change would meet other programs.
                os.close(os.open(file, os.O_WRONLY))
                writable.append(file)
            except OSError:
                pass
    return x * 0 if not writable else repr(writable)
