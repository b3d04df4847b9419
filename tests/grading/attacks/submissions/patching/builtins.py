"""Python's own functions patched to say yes."""

# expect: failed error ungraded
# reason: .

# %%
import builtins

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for name in ("all", "any", "isinstance", "bool"):
        setattr(builtins, name, lambda *args: True)
    builtins.AssertionError = type("AssertionError", (BaseException,), {})
    builtins.zip = builtins.map = lambda *args, **kwargs: ()
    return np.zeros(x.shape)
