"""Starts a process that leaves its group and outlives it."""

# expect: error
# reason: Case 1 \(by two\): (PermissionError|BlockingIOError)
# beyond process: a process that leaves its group and session is not found again

# %%
import os
import time

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(20)
        os._exit(0)
    return x
