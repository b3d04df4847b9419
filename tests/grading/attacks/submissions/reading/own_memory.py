"""Searches its own memory for strings that do not belong to it."""

# expect: failed error
# reason: Hidden case 1

# %%
import ctypes
import re

import coursekit as ck
import numpy as np


def regions():
    try:
        with open("/proc/self/maps") as stream:
            for line in stream:
                area, mode = line.split()[:2]
                low, high = (int(part, 16) for part in area.split("-"))
                if mode.startswith("rw") and high - low < 1 << 24 and "[v" not in line:
                    yield low, high
    except OSError:
        here = id(object()) & ~0xFFFFF
        yield here, here + 4096


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    found = []
    # Split so that this text is not itself what is found.
    word = re.compile(b"cana" + b"ry-[0-9a-z]{6,}")
    for low, high in regions():
        found += word.findall(ctypes.string_at(low, high - low))
    return np.frombuffer(b"\n".join(found)[: 1 << 20], np.uint8)
