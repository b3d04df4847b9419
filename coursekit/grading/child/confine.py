"""What a forked process does before it meets a student's code: give up everything it can."""

from __future__ import annotations

import ctypes
import os

NEWIPC, NEWUTS, NEWPID, NEWNET = 0x08000000, 0x04000000, 0x20000000, 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER, _SET_DEATH_SIGNAL = 38, 22, 2, 1


def checked(result: int, what: str) -> int:
    """Return a result of the C library, or raise its error."""
    if result < 0:
        raise OSError(ctypes.get_errno(), what)
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that are named."""
    checked(libc.unshare(flags), "unshare")


def return_to(process: int, flags: int) -> None:
    """Join a process's namespaces, by its descriptor."""
    checked(libc.setns(process, flags), "setns")


def change_account(uid: int, gid: int) -> None:
    """Become an account without any rights."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def make_read_only(folder: str) -> None:
    """Let nobody in this sandbox write to a file system any more."""
    read_only, remount, bind = 1, 32, 4096
    flags = ctypes.c_ulong(remount | bind | read_only)
    checked(libc.mount(b"none", folder.encode(), None, flags, None), "mount")


def die_with_parent() -> None:
    """Be killed by the kernel when the parent process ends, however it ends."""
    checked(libc.prctl(_SET_DEATH_SIGNAL, 9, 0, 0, 0), "death signal")


def drop_capabilities() -> None:
    """Give up all capabilities for good; nothing that is run later can gain any."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    checked(libc.capset(header, nothing), "capset")
    checked(libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def refuse_calls(instructions: bytes) -> None:
    """Install the filter of system calls."""

    class Program(ctypes.Structure):
        _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    program = Program(len(instructions) // 8, instructions)
    checked(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0), "seccomp")
