"""The function's name is given to something else below it."""

# expect: passed failed error
# points: 1
# reason:

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor


scale = None
del scale
