"""Raises an exception with a text of fifty million characters."""

# expect: error
# reason: ^Case 1 \(by two\): ValueError: x+

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    raise ValueError("x" * 50_000_000)
