"""What a forked process does before it meets a student's code: give up everything it can."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence

NEWIPC, NEWUTS, NEWPID, NEWNET = 0x08000000, 0x04000000, 0x20000000, 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER, _SET_DEATH_SIGNAL = 38, 22, 2, 1
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
#: What each version of Landlock can restrict of files: bits, by version.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}


def _checked(result: int, what: str) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), what)
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that are named."""
    _checked(_libc.unshare(flags), "unshare")


def return_to(process: int, flags: int) -> None:
    """Join a process's namespaces, by its descriptor."""
    _checked(_libc.setns(process, flags), "setns")


def change_account(uid: int, gid: int) -> None:
    """Become an account without any rights."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def make_read_only(folder: str) -> None:
    """Let nobody in this sandbox write to a file system any more."""
    read_only, remount, bind = 1, 32, 4096
    flags = ctypes.c_ulong(remount | bind | read_only)
    _checked(_libc.mount(b"none", folder.encode(), None, flags, None), "mount")


def die_with_parent() -> None:
    """Be killed by the kernel when the parent process ends, however it ends."""
    _checked(_libc.prctl(_SET_DEATH_SIGNAL, 9, 0, 0, 0), "death signal")


def drop_capabilities() -> None:
    """Give up all capabilities for good; nothing that is run later can gain any."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(header, nothing), "capset")
    _checked(_libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def refuse_calls(instructions: bytes) -> None:
    """Install the filter of system calls."""

    class Program(ctypes.Structure):
        _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    program = Program(len(instructions) // 8, instructions)
    _checked(_libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0), "seccomp")


def landlock_version() -> int:
    """Return the version of Landlock that the kernel offers; 0: none."""
    return max(_libc.syscall(_LANDLOCK_CREATE, None, 0, 1), 0)


def landlock_rules(readable: Sequence[str]) -> int:
    """Return rules that allow reading below some paths and nothing else of files and network."""
    version = landlock_version()
    if version < 1 or sys.byteorder != "little":
        raise OSError("Landlock is not available")
    files = (1 << _FILE_RIGHTS[max(v for v in _FILE_RIGHTS if v <= version)]) - 1
    network = 3 if version >= 4 else 0
    scopes = 3 if version >= 6 else 0
    wanted = (ctypes.c_uint64 * 3)(files, network, scopes)
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = _checked(
        _libc.syscall(_LANDLOCK_CREATE, ctypes.byref(wanted), ctypes.c_size_t(size), 0), "landlock"
    )
    for path in readable:
        rights = _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0)
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = rights.to_bytes(8, "little") + opened.to_bytes(4, "little")
        _checked(_libc.syscall(_LANDLOCK_ADD, rules, 1, rule, 0), f"landlock: {path}")
        os.close(opened)
    return rules


def apply_landlock(rules: int) -> None:
    """Take on the rules."""
    _checked(_libc.syscall(_LANDLOCK_RESTRICT, rules, 0), "landlock")
