"""Returns right numbers as text."""

# expect: failed
# reason: Case 1 \(by two\): The result has dtype

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return (x * factor).astype(str)
