"""A table of the visible cases' answers."""

# expect: failed
# reason: ^Hidden case 1: `scale` returns the wrong shape\.$

# %%
import coursekit as ck
import numpy as np

TABLE = {2.0: [[0.0, 2.0, 4.0], [6.0, 8.0, 10.0]], 3.0: [3.0, -3.0]}


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return np.array(TABLE.get(factor, TABLE[2.0]))
