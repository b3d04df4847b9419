"""Aborts."""

# expect: error
# reason: Python ended in case 1 \((SIGABRT|SIGSEGV|SIGTRAP|SIGILL)\)\.

# %%
import os

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    os.abort()
