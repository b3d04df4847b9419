"""A shell escape inside the function."""

# expect: error
# reason: (NameError|is not Python)

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
# !    !touch @out@/coursekit-attack-escape
    return x * factor
