"""A cell with thousands of statements, made below."""

# expect: passed missing error
# points: 1
# reason:

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor


# %%
# !@statements@
