"""Sends frames without end, faster than they are read."""

# expect: failed timeout ungraded error
# reason: .
# limit: 0.5
# others: any

# %%
import os
import stat
import struct

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
    while True:
        send(*[(b'{"dict":[["value",0]]}', b"")] * 1000)
