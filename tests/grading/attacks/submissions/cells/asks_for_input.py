"""Waits for somebody to type."""

# expect: error
# reason: Case 1 \(by two\): EOFError

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * float(input("factor? "))
