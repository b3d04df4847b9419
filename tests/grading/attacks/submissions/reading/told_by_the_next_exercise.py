"""Keeps the hidden inputs of one exercise and tells them where texts are shown, in the next one."""

# expect: passed failed
# points: 1
# others: any
# reason:

# %%
import sys

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    sys.kept = getattr(sys, "kept", "") + repr(x.tolist())
    return x * factor


# %%
import sys


@ck.exercise("vault.shift")
def shift(x):
    raise ValueError(getattr(sys, "kept", "nothing yet"))


# %%
import sys


@ck.exercise("vault.greet")
def greet(name):
    return {"text": getattr(sys, "kept", "nothing yet")[-60:], "length": len(name)}
