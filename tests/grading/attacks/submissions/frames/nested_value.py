"""Returns a list that contains itself."""

# expect: failed
# reason: Case 1 \(by two\): The result is a list where a NumPy array is due

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    loop = [x * factor]
    loop.append(loop)
    return loop
