"""Never ends, with every signal blocked or ignored and every exception caught."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in case 1\.$
# limit: 0.5

# %%
import contextlib
import signal

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass
