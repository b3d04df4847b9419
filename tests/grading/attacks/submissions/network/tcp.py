"""Opens a TCP connection."""

# expect: error
# reason: Case 1 \(by two\): (PermissionError|OSError)
# beyond process: an ordinary process has the network of its machine

# %%
import socket

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    with socket.create_connection(("127.0.0.1", int("@tcp@")), 0.3) as channel:
        channel.sendall(x.tobytes())
    return x
