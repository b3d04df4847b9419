"""Uses torch in an exercise that asks for NumPy."""

# expect: failed
# reason: ^`scale` uses torch; allowed: numpy\.$

# %%
import coursekit as ck
import torch


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return torch.mul(torch.from_numpy(x), factor).numpy()
