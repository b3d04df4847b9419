"""Seeds and freezes every generator of random numbers."""

# expect: failed
# reason: ^Hidden case 1: `scale` returns wrong values\.$

# %%
import random

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    np.random.seed(0)
    random.seed(0)
    random.random = lambda: 0.5
    np.random.default_rng = lambda *args: None
    np.random.normal = np.random.rand = lambda *args, **kwargs: np.zeros(args)
    return x * (factor if x.size < 10 else 0.5)
