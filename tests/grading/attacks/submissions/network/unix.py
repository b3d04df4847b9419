"""Connects to sockets in the file system and without a name."""

# expect: error
# reason: Case 1 \(by two\): (PermissionError|FileNotFoundError|OSError)
# beyond process: an ordinary process reaches the sockets of its account

# %%
import socket

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for name in ("@unix@", "\0@abstract@"):
        with socket.socket(socket.AF_UNIX) as channel:
            channel.connect(name)
            channel.sendall(x.tobytes())
    return x
