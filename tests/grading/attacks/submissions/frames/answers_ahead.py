"""Sends the answers to the visible cases before they are asked, then is out of step."""

# expect: failed ungraded error
# reason: .
# others: any

# %%
import os
import stat
import struct

import coursekit as ck
import numpy as np


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


LOADED = b'{"dict":[["loaded",true]]}'
FIRST = b'{"dict":[["value",{"array":["<f8",[2,3]]}]]}'
SECOND = b'{"dict":[["value",{"array":["<f8",[2]]}]]}'


def ahead():
    first = np.arange(6.0).reshape(2, 3) * 2
    send((LOADED, b""), (FIRST, first.tobytes()), (SECOND, np.array([3.0, -3.0]).tobytes()))
    return 1


SENT = ahead()


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * 0 * SENT
