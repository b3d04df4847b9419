"""Raises an exception whose text takes for ever to make."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in case 1\.$
# limit: 0.5

# %%
import coursekit as ck


class Slow(Exception):
    def __str__(self):
        while True:
            pass


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    raise Slow
