"""Awaits at top level, where the exercise does not need it."""

# expect: passed
# points: 1
# reason: ^$

# %%
import asyncio

import coursekit as ck

# !await asyncio.sleep(3600)


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor
