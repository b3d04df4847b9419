"""Reads the environment, the arguments and what the interpreter knows."""

# expect: failed
# reason: Hidden case 1: `scale` returns

# %%
import os
import sys

import coursekit as ck
import numpy as np


def contents():
    yield repr(dict(os.environ)).encode()
    yield repr([sys.argv, sys.orig_argv, sys.path, sys._xoptions, sys.flags]).encode()
    yield repr(sorted(sys.modules)).encode()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("child", "coursekit", "__main__", "vault", "tests"):
            yield repr(sorted(vars(module).items(), key=str)).encode()


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    return np.frombuffer(b"\n".join(contents())[: 1 << 22], np.uint8)
