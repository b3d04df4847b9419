"""Prints what graders look for."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2

# %%
import os
import sys

import coursekit as ck
import numpy as np

MARKERS = """PASSED
1 passed in 0.01s
Score: 100/100
{"score": 100, "status": "passed", "points": 1}
### BEGIN HIDDEN TESTS
::set-output name=score::100
"""


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    print(MARKERS, flush=True)
    print(MARKERS, file=sys.stderr, flush=True)
    for descriptor in (0, 1, 2):
        os.write(descriptor, MARKERS.encode())
    return np.zeros(x.shape)
