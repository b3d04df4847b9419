"""Changes and deletes what other students have handed in."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# beyond process: an ordinary process writes where its account may write

# %%
import contextlib
import os

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for student in ("zoe", "ada", "bob"):
        path = f"@submissions@/{student}/98_vault.ipynb"
        with contextlib.suppress(OSError):
            os.chmod(path, 0)
        with contextlib.suppress(OSError), open(path, "r+") as stream:
            stream.write("coursekit-attack")
        with contextlib.suppress(OSError):
            os.utime(path, (0, 0))
        with contextlib.suppress(OSError):
            os.rename(path, path + "-coursekit-attack")
    return np.zeros(x.shape)
