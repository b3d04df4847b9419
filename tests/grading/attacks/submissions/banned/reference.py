"""Imports the reference."""

# expect: failed
# reason: ^`scale` uses the course's own reference; write it with numpy\.$

# %%
import coursekit as ck
from coursekit.vault import scale as answer


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return answer(x, factor)
