"""Imports torch by a name made at run time."""

# expect: error
# reason: Case 1 \(by two\): ModuleNotFoundError: No module named 'torch'

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    torch = __import__("".join(["to", "rch"]))
    return torch.mul(torch.from_numpy(x), factor).numpy()
