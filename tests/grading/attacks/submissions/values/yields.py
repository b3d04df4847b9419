"""Uses yield in place of return."""

# expect: failed
# reason: Case 1 \(by two\): The result is a generator where a NumPy array is due\.

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    yield x * factor
