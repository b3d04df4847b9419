"""Forgets to return."""

# expect: failed
# reason: Case 1 \(by two\): The result is None where a NumPy array is due: is a `return` missing\?

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    x * factor
