"""Registers handlers that would run after the grading."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# beyond process: an ordinary process writes where its account may write

# %%
import atexit
import contextlib
import sys
import threading
import weakref

import coursekit as ck
import numpy as np


def at_the_end(*args):
    with contextlib.suppress(OSError):
        with open("@out@/coursekit-attack-exit", "w") as stream:
            stream.write("passed")


class Last:
    def __del__(self):
        at_the_end()


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    atexit.register(at_the_end)
    threading._register_atexit(at_the_end)
    sys.last = Last()
    weakref.finalize(sys.last, at_the_end)
    sys.excepthook = sys.unraisablehook = at_the_end
    return np.zeros(x.shape)
