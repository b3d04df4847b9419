"""The exercise's cell is there twice: the last one counts, right or wrong."""

# expect: failed
# reason: Written more than once \(cells 1 and 2\): the last one counts\.$

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor


# %%
@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x + factor
