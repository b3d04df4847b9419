"""Is right in the visible cases and never ends in a hidden one."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in hidden case 1\.$
# limit: 0.5

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    while x.size > 10:
        pass
    return x * factor
