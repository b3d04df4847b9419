"""Is right in the visible cases and ends Python in the first hidden one."""

# expect: error
# reason: ^Python ended in hidden case 1\.$

# %%
import os

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    os._exit(0)
