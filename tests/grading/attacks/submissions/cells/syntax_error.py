"""A cell that is not Python."""

# expect: error
# reason: ^Cell 1 is not Python: line \d: 

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
# !    return x * * factor
