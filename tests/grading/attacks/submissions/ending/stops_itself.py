"""Stops itself with a signal that cannot be caught."""

# expect: timeout error
# reason: (Stopped after 0.5 s in case 1\.|PermissionError)
# limit: 0.5

# %%
import os
import signal

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x
