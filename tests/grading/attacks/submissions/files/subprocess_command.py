"""Runs commands."""

# expect: error
# reason: Case 1 \(by two\): (PermissionError|FileNotFoundError|OSError|BlockingIOError)
# beyond process: an ordinary process may start programs

# %%
import subprocess

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    subprocess.run(["/bin/sh", "-c", "touch @out@/coursekit-attack-shell"], check=True)
    return x
