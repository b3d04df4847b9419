"""Reads the memory of the process that started it."""

# expect: failed
# reason: Hidden case 1: `scale` returns
# beyond process: an ordinary process may read its parent's memory

# %%
import ctypes
import os
import re

import coursekit as ck
import numpy as np

SEIZE = 0x4206


def contents():
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    for number in (parent, 1, 2):
        buffer = ctypes.create_string_buffer(4096)
        local = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 4096)
        remote = (ctypes.c_void_p * 2)(0x400000, 4096)
        got = libc.process_vm_readv(number, local, 1, remote, 1, 0)
        yield f"{number}: {got} {ctypes.get_errno()}".encode()
    if not os.access(f"/proc/{parent}/maps", os.R_OK):
        # Where it would succeed it could stop the grader for good: only tried behind a boundary.
        got = libc.ptrace(SEIZE, parent, None, None)
        yield f"canary-traced {parent}".encode() if got == 0 else b"not traced"
    with open(f"/proc/{parent}/maps") as stream:
        lines = [line for line in stream if "rw-p" in line][-40:]
    with open(f"/proc/{parent}/mem", "rb", 0) as memory:
        for line in lines:
            low, high = (int(part, 16) for part in line.split()[0].split("-"))
            memory.seek(low)
            yield from re.findall(b"canary-[a-z0-9]+", memory.read(min(high - low, 1 << 20)))


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    found = []
    try:
        found.extend(contents())
    except OSError as error:
        found.append(str(error).encode())
    return np.frombuffer(b"\n".join(found)[: 1 << 22], np.uint8)
