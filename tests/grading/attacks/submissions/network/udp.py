"""Sends a datagram."""

# expect: error
# reason: Case 1 \(by two\): (PermissionError|OSError)
# beyond process: an ordinary process has the network of its machine

# %%
import socket

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.sendto(x.tobytes(), ("127.0.0.1", int("@udp@")))
    return x
