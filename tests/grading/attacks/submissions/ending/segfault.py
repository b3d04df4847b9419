"""Reads from address zero."""

# expect: error
# reason: Python ended in case 1 \(SIGSEGV\)\.

# %%
import ctypes

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return ctypes.string_at(0)
