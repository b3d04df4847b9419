"""Sends its answer a byte at a time, so slowly that it is never complete."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in case 1\.$
# limit: 0.5

# %%
import os
import stat
import struct
import time

import coursekit as ck


def send(*frames):
    """Write frames, each a header and the bytes of its arrays, to every socket that is open."""
    data = b"".join(struct.pack("<II", len(head), len(body)) + head + body for head, body in frames)
    raw(data)


def raw(data):
    for number in range(3, 64):
        try:
            channel = stat.S_ISSOCK(os.fstat(number).st_mode)
        except OSError:
            continue
        while channel and data:
            try:
                data = data[os.write(number, data) :]
            except BlockingIOError:
                pass


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for byte in struct.pack("<II", 1000, 0) + b'{"dict":[["value",1' + b"0" * 100:
        raw(bytes([byte]))
        time.sleep(0.05)
    return x
