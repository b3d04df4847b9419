"""Returns complex numbers."""

# expect: failed
# reason: Case 1 \(by two\): The result has dtype complex128

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor + 0j
