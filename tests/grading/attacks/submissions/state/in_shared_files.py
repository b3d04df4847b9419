"""Leaves marks in every place that the next student's process could share."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# beyond process: an ordinary process shares the machine's temporary folders

# %%
import contextlib
import os

import coursekit as ck
import numpy as np

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/dev", "/dev/mqueue", "/run", "/course", "@home@")


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for place in PLACES:
        with contextlib.suppress(OSError), open(f"{place}/coursekit-attack-state", "w") as stream:
            stream.write("here")
    return np.zeros(x.shape)
