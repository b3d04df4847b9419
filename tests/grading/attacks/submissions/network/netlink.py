"""Asks the kernel for the network interfaces."""

# expect: error
# reason: Case 1 \(by two\): PermissionError
# beyond process: an ordinary process may ask the kernel about its network

# %%
import socket

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as channel:
        channel.bind((0, 0))
    return x
