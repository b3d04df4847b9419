"""Returns whole numbers where real ones are due."""

# expect: failed
# reason: Case 1 \(by two\): The result has dtype int64

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return (x * factor).astype(int)
