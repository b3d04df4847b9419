"""Leaves shared memory and semaphores with names and keys."""

# expect: failed error
# reason: Case 1
# beyond process: an ordinary process shares the machine's memory segments

# %%
import contextlib
import ctypes

import coursekit as ck
import numpy as np

KEY, MAKE = int("@key@"), 0o1666


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    from multiprocessing import shared_memory

    libc = ctypes.CDLL(None)
    libc.shmget(KEY, 4096, MAKE)
    libc.semget(KEY, 1, MAKE)
    libc.msgget(KEY, MAKE)
    libc.syscall(319, b"coursekit-attack", 0)
    with contextlib.suppress(OSError):
        shared_memory.SharedMemory("coursekit-attack", create=True, size=4096)
    return np.zeros(x.shape)
