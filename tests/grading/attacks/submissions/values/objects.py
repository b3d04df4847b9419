"""Returns right numbers as Python objects."""

# expect: failed
# reason: Case 1 \(by two\): The result has dtype object

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return (x * factor).astype(object)
