"""Ends its processes; while cells load in a new one it tells the calls that wait behind."""

# expect: error
# reason: Python ended in hidden case 1
# others: any

# %%
import os
import socket
import sys

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size >= 10:
        os._exit(0)
    return x * factor


# %%
def waiting():
    """Look at what is read already and at what is still in the socket."""
    found = b""
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            read = getattr(value, "_read", b"")
            found += bytes(read) if isinstance(read, bytearray) else b""
        frame = frame.f_back
    for number in range(3, 64):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, os.dup(number)) as channel:
                found += channel.recv(1 << 16, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            pass
    if b"canary" in found:
        raise ValueError(found)
    return "hello"


# %%
WORD = waiting()


@ck.exercise("vault.greet")
def greet(name):
    return {"text": f"{WORD} {name[::-1]}", "length": len(name)}


# %%
import numpy as np


@ck.exercise("vault.shift")
def shift(x):
    if x.size > 4:
        os._exit(0)
    return np.roll(x, 1)
