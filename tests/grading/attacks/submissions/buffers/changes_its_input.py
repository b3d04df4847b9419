"""Works in place on what it was given."""

# expect: failed
# reason: Case 1 \(by two\): The call changed its argument `x` in place: work on a copy\.

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    x *= factor
    return x
