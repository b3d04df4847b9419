"""Sleeps for an hour."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in case 1\.$
# limit: 0.5

# %%
import time

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    time.sleep(3600)
    return x * factor
