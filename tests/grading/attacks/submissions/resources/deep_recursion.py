"""Calls itself until the stack ends."""

# expect: error
# reason: ^Case 1 \(by two\): RecursionError

# %%
import coursekit as ck


def down(x):
    return down(x)


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return down(x)
