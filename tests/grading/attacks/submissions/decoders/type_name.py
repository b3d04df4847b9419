"""Returns an object whose type has a name made of markup and path parts."""

# expect: failed
# reason: Case 1 \(by two\): The result is a object where a NumPy array is due

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return type("<script>alert(1)</script>/../../x", (), {})()
