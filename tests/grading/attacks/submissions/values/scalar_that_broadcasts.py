"""Returns one number for an array."""

# expect: failed
# reason: Case 1 \(by two\): The result is a (float|number) where a NumPy array is due\.

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return float((x * factor).ravel()[0])
