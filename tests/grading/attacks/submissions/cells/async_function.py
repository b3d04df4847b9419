"""An async function where a plain one is due."""

# expect: failed
# reason: Case 1 \(by two\): The result is a coroutine where a NumPy array is due\.

# %%
import coursekit as ck


@ck.exercise("vault.scale")
async def scale(x, factor=2.0):
    return x * factor
