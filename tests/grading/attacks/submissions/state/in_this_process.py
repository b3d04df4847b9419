"""Leaves everything it can inside the process for whoever comes next."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# others: any

# %%
import builtins
import contextlib
import os
import resource
import sys

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    os.environ["COURSEKIT_ATTACK"] = "here"
    sys.coursekit_attack = builtins.coursekit_attack = np.coursekit_attack = "here"
    sys.path.insert(0, "coursekit-attack")
    np.roll = lambda *args: "coursekit-attack"
    os.umask(0o777)
    with contextlib.suppress(OSError):
        os.chdir("/")
    with contextlib.suppress(OSError):
        os.nice(5)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))
    return np.zeros(x.shape)
