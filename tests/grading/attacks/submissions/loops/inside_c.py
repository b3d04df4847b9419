"""Never ends, inside a C function that does not look at signals."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in case 1\.$
# limit: 0.5

# %%
import itertools

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return sum(itertools.repeat(1))
