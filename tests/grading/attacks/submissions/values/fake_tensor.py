"""Returns an object that claims to be a tensor and raises what it likes when it is converted."""

# expect: failed error
# reason: Case 1

# %%
import coursekit as ck


class Tensor:
    def detach(self):
        raise SystemExit(0)


Tensor.__module__ = "torch"


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return Tensor()
