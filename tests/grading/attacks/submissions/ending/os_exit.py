"""Ends Python at once, with the status of success."""

# expect: error
# reason: Python ended in case 1 \(exit status 0\)\.

# %%
import os

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    os._exit(0)
