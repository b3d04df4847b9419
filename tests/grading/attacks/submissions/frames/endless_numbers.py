"""Tells of an exception at an infinite line of a cell."""

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


PLACES = '{"list":[{"tuple":["cell 1",{"float":"inf"},"f"]}]}'
TOLD = """{"dict":[["error",{"dict":[["type",%s],["message",%s],["places",%s],["stub",false],["memory",false]]}]]}"""


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    send(((TOLD % ('"E"', '"m"', PLACES)).encode(), b""))
    return x
