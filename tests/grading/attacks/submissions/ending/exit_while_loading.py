"""Ends Python while its cells are loaded."""

# expect: error
# reason: Python ended while the cells were loaded \(exit status 0\)\.

# %%
import os

import coursekit as ck

END = os._exit(0)


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return END
