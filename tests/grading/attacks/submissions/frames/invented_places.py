"""Tells of an exception in files and lines that spell a hidden input."""

# expect: error
# reason: ^Hidden case 1: `scale` raises an exception\.$
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


TOLD = """{"dict":[["error",{"dict":[["type",%s],["message",%s],["places",%s],["stub",false],["memory",false]]}]]}"""


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    text = repr(float(x.flat[0]))
    number = int.from_bytes(x.tobytes()[:7], "big")
    places = '{"list":[{"tuple":["%s",%d,"%s"]}]}' % (text[:20], number, text)
    send(((TOLD % (f'"{text}"', f'"{text}"', places)).encode(), b""))
    return x
