"""Writes, makes folders, links and renames wherever it may be possible."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# beyond process: an ordinary process writes where its account may write

# %%
import contextlib
import os

import coursekit as ck
import numpy as np

PLACES = ("@submissions@", "@out@", "@home@", "/tmp", "/var/tmp", "/dev/shm", "/dev", "/", "..", ".")


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for place in PLACES:
        path = os.path.join(place, "coursekit-attack-outside")
        with contextlib.suppress(OSError), open(path, "w") as stream:
            stream.write("here")
        with contextlib.suppress(OSError):
            os.mkdir(path + "-folder")
        with contextlib.suppress(OSError):
            os.symlink("/etc/passwd", path + "-link")
        with contextlib.suppress(OSError):
            os.mkfifo(path + "-pipe")
    return np.zeros(x.shape)
