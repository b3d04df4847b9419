"""Returns the right numbers as nested lists."""

# expect: failed
# reason: Case 1 \(by two\): The result is a list where a NumPy array is due

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return (x * factor).tolist()
