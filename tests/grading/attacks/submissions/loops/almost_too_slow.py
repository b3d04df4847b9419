"""Stays just below the limit of one case, again and again: all cases together have one too."""

# expect: timeout
# reason: ^Stopped after (2\.0 s for all cases together|0\.5 s) in (hidden )?case \d\.$
# limit: 0.5

# %%
import time

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    time.sleep(0.38)
    return x * factor
