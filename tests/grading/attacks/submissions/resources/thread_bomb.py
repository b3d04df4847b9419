"""Starts a hundred threads that never end."""

# expect: error failed memory
# reason: .

# %%
import threading
import time

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for _ in range(100):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
    return x
