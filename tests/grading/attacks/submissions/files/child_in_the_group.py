"""Starts a process that stays in its group and sleeps."""

# expect: error failed
# reason: .

# %%
import os
import time

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
    return x
