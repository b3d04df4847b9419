"""Raises what a user's Ctrl-C raises."""

# expect: error
# reason: Case 1 \(by two\): KeyboardInterrupt

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    raise KeyboardInterrupt
