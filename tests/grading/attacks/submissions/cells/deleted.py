"""The cells of one exercise are gone, the others are there."""

# expect: missing
# reason: ^`scale` is not in the notebook\.$

# %%
import coursekit as ck
import numpy as np

print("nothing here")


@ck.exercise("vault.shift")
def shift(x):
    return np.roll(x, 1)
