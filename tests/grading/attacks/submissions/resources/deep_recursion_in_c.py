"""Lifts the limit of recursion and lets C functions call each other until the stack ends."""

# expect: error timeout memory
# reason: .
# limit: 0.5

# %%
import sys

import coursekit as ck


class Deep:
    def __repr__(self):
        return repr([self])

    def __len__(self):
        return len(sorted([self], key=len))


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    sys.setrecursionlimit(10**9)
    return len(Deep())
