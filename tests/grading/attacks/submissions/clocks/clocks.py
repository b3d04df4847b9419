"""Turns every clock back and then never ends."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in case 1\.$
# limit: 0.5

# %%
import time

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    time.monotonic = time.time = time.perf_counter = time.process_time = lambda: 0.0
    time.sleep = lambda seconds: None
    while True:
        time.sleep(1)
