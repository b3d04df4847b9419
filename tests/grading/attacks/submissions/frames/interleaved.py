"""Mixes the halves of two frames."""

# expect: failed ungraded timeout error
# reason: .
# limit: 0.5

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
    one = b'{"dict":[["value",1]]}'
    two = b'{"dict":[["value",{"list":[1,2]}]]}'
    first, second = (struct.pack("<II", len(head), 0) + head for head in (one, two))
    raw(first[:20] + second[:20] + first[20:] + second[20:])
    return x
