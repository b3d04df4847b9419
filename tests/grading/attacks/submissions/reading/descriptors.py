"""Reads from every descriptor that is open and asks what it is."""

# expect: failed
# reason: Hidden case 1: `scale` returns

# %%
import os
import stat

import coursekit as ck
import numpy as np


def contents():
    for number in range(4096):
        try:
            about = os.fstat(number)
        except OSError:
            continue
        yield f"{number} {oct(about.st_mode)} {about.st_size}".encode()
        if stat.S_ISREG(about.st_mode):
            os.lseek(number, 0, 0)
            yield os.read(number, 1 << 16)


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    return np.frombuffer(b"\n".join(contents())[: 1 << 22], np.uint8)
