"""Is right in the first calls only."""

# expect: failed
# reason: ^Hidden case 2: `scale` returns wrong values\.$

# %%
import coursekit as ck

CALLS = []


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    CALLS.append(1)
    return x * factor if len(CALLS) < 4 else x
