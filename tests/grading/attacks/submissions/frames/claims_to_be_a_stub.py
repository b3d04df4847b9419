"""Says of a hidden case that the function is not written yet."""

# expect: not_attempted error
# reason: .

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    raise NotImplementedError
