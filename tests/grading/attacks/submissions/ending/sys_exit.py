"""Leaves with sys.exit(0)."""

# expect: error
# reason: Case 1 \(by two\): SystemExit

# %%
import sys

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    sys.exit(0)
