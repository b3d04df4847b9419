"""Numbers that say they are equal to everything, inside an array."""

# expect: failed
# reason: Case 1 \(by two\): The result has dtype object

# %%
import coursekit as ck
import numpy as np


class Liar(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __hash__ = float.__hash__


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    liars = np.empty(x.shape, object)
    liars.fill(Liar(0))
    return liars
