"""Opens files without end."""

# expect: error
# reason: Case 1 \(by two\): (OSError|PermissionError)

# %%
import os

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    kept = []
    for _ in range(100_000):
        kept.append(os.open(os.devnull, os.O_RDONLY))
    return x
