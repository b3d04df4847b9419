"""Landlock: rules of the kernel that a process takes on for itself and cannot leave."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence

from .confine import checked, libc

libc.syscall.restype = ctypes.c_long
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
#: What each version of Landlock can restrict of files: bits, by version.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}


def version() -> int:
    """Return the version of Landlock that the kernel offers; 0: none."""
    return max(libc.syscall(_CREATE, None, 0, 1), 0)


def rules(readable: Sequence[str], listed: Sequence[str] = ()) -> int:
    """Return rules that allow reading below some paths and nothing else of files and network.

    Args:
        readable: files, and folders whose files can be read.
        listed: folders in which names, but no contents, can be read.
    """
    found = version()
    if found < 1 or sys.byteorder != "little":
        raise OSError("Landlock is not available")
    files = (1 << _FILE_RIGHTS[max(v for v in _FILE_RIGHTS if v <= found)]) - 1
    network = 3 if found >= 4 else 0
    scopes = 3 if found >= 6 else 0
    wanted = (ctypes.c_uint64 * 3)(files, network, scopes)
    size = 8 if found < 4 else 16 if found < 6 else 24
    made = checked(
        libc.syscall(_CREATE, ctypes.byref(wanted), ctypes.c_size_t(size), 0), "landlock"
    )
    rights_of = dict.fromkeys(listed, _READ_DIR)
    rights_of |= {p: _READ_FILE | (_READ_DIR if os.path.isdir(p) else 0) for p in readable}
    for path, rights in rights_of.items():
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = rights.to_bytes(8, "little") + opened.to_bytes(4, "little")
        checked(libc.syscall(_ADD, made, 1, rule, 0), f"landlock: {path}")
        os.close(opened)
    return made


def apply(rules: int) -> None:
    """Take on the rules."""
    checked(libc.syscall(_RESTRICT, rules, 0), "landlock")
