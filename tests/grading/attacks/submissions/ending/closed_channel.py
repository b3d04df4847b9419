"""Closes every descriptor, the channel among them, and goes on."""

# expect: error timeout
# reason: (Python ended|Stopped after 0.5 s) in case 1
# limit: 0.5

# %%
import os

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    os.closerange(0, 256)
    return x * factor
