"""Changes an array after it has been returned, in a thread: what counts was sent."""

# expect: passed failed error
# points: 1
# reason:

# %%
import threading

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    out = x * factor
    threading.Timer(0.05, out.fill, (0,)).start()
    return out
