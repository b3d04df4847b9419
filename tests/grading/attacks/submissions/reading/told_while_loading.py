"""Ends its first process, keeps hidden inputs in the second and tells them while cells load."""

# expect: error
# reason: Python ended in hidden case 1
# others: any

# %%
import os
import sys

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size >= 10:
        os._exit(0)
    return x * factor


# %%
import numpy as np


@ck.exercise("vault.shift")
def shift(x):
    sys.kept = getattr(sys, "kept", "") + repr(x.tolist())
    return np.roll(x, 1)


# %%
if len(getattr(sys, "kept", "")) > 100:
    raise ValueError(sys.kept)
WORD = "hello"
if len(getattr(sys, "kept", "")) > 100:
    WORD = int(sys.kept)


@ck.exercise("vault.greet")
def greet(name):
    return {"text": f"{WORD} {name[::-1]}", "length": len(name)}
