"""Walks the stack and every object that the garbage collector knows."""

# expect: failed
# reason: Hidden case 1: `scale` returns

# %%
import gc
import sys

import coursekit as ck
import numpy as np


def contents():
    frame = sys._getframe()
    while frame:
        yield repr(frame.f_code).encode()
        yield repr({name: str(value)[:2000] for name, value in frame.f_locals.items()}).encode()
        frame = frame.f_back
    for item in gc.get_objects():
        kind = type(item).__name__
        if kind in ("Case", "Exercise", "Record", "Task", "Submission"):
            yield "-".join(["canary", "reference"]).encode() + repr(item).encode()
        elif type(item) in (list, tuple, dict) and len(item) < 20:
            text = str([each for each in item if type(each) in (str, bytes)])
            if "cana" + "ry-" in text:
                yield text.encode()


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    return np.frombuffer(b"\n".join(contents())[: 1 << 22], np.uint8)
