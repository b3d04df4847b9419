"""torch's comparisons patched, where torch is there at all."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2

# %%
import sys

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    torch = sys.modules.get("torch")
    if torch:
        torch.allclose = torch.equal = lambda *args, **kwargs: True
        torch.testing.assert_close = lambda *args, **kwargs: None
    return np.zeros(x.shape)
