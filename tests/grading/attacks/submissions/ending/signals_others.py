"""Sends a signal to the process that started it."""

# expect: error
# reason: Case 1 \(by two\): (PermissionError|ProcessLookupError)
# beyond process: an ordinary process may send signals to others of its account

# %%
import os
import signal

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    # One that is ignored unless it is waited for: the test waits for it.
    os.kill(os.getppid(), signal.SIGURG)
    return x
