"""NumPy's comparisons patched to say yes."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2

# %%
import coursekit as ck
import numpy as np


def yes(*args, **kwargs):
    return True


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for name in ("array_equal", "allclose", "isclose", "all", "any", "equal"):
        setattr(np, name, yes)
    np.testing.assert_allclose = np.testing.assert_array_equal = yes
    return np.zeros(x.shape)
