"""Fills the disk (here at most 120 MB)."""

# expect: error
# reason: Case 1 \(by two\): (OSError|PermissionError|FileNotFoundError)

# %%
import os

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    folder = "/dev/shm" if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK) else "."
    path = os.path.join(folder, "coursekit-attack-disk")
    with open(path, "wb", 0) as stream:
        os.unlink(path)
        for _ in range(120):
            if stream.write(bytes(1 << 20)) < 1 << 20:
                raise OSError("no more space")
    return x
