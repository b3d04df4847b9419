"""Computes a number of a thousand million digits."""

# expect: timeout memory
# reason: .
# limit: 0.5

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return 7 ** (7**11)
