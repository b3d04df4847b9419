"""Returns a shape that would broadcast to the right one."""

# expect: failed
# reason: ^Hidden case 1: `scale` returns the wrong shape\.$

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    return (x * factor)[None]
