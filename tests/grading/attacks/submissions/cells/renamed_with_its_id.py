"""The function has another name but its id: found."""

# expect: passed
# points: 1
# reason: ^$

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def my_own_version(x, factor=2.0):
    return x * factor
