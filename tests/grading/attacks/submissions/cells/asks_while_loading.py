"""Waits for somebody to type while its cells are loaded."""

# expect: error
# reason: ^The cells that `scale` needs raise EOFError

# %%
import coursekit as ck

FACTOR = float(input("factor? "))


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * FACTOR
