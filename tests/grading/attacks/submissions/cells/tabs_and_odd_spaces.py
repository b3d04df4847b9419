"""Spaces that are not spaces."""

# expect: error passed
# points: 1
# reason:

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
# !    return x * factor
