"""Works in place on the inputs of hidden cases alone."""

# expect: failed
# reason: ^Hidden case 1: `scale` changes its arguments in place\.$

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    x *= factor
    return x
