"""Writes results and grades of its own where the grader writes them."""

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
    for folder in ("@out@", ".", "/tmp", "/course"):
        for name in ("results.json", "grades.csv", "coursekit-attack-results"):
            path = os.path.join(folder, name)
            if folder == "@out@" or "attack" in name:
                with contextlib.suppress(OSError), open(path, "w") as stream:
                    stream.write('{"records": [{"status": "passed", "points": 1}]}')
    return np.zeros(x.shape)
