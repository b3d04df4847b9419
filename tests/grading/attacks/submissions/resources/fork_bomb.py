"""Forks as long as it can (here at most thirty times)."""

# expect: error
# reason: Case 1 \(by two\): (PermissionError|BlockingIOError)
# beyond process: the number of processes of an ordinary account is not limited

# %%
import os
import time

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for _ in range(30):
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
    return x
