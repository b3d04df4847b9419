"""Tells that its arguments have become arrays of millions of rows without memory."""

# expect: ungraded
# reason: Not graded, because the process sent something that is no answer\.

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


GIANT = b'{"shell":["","O",[30000000]]}'
REPLY = b'{"dict":[["value",1],["after",{"list":[%s,{"dict":[]}]}]]}'


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    send((REPLY % GIANT, b""))
    return x
