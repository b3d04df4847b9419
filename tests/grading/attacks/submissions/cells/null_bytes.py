"""A cell with characters that no source may hold."""

# expect: passed
# points: 1
# reason: ^$

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor


# %%
# !@odd@
