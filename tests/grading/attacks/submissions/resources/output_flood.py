"""Prints two gigabytes; what is right stays right."""

# expect: passed
# points: 1
# reason: ^$

# %%
import os

import coursekit as ck

LINE = b"y" * (1 << 20)


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for _ in range(256):
        os.write(1, LINE)
        os.write(2, LINE)
    return x * factor
