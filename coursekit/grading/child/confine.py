"""What a forked process does before it meets a student's code: give up everything it can."""

from __future__ import annotations

import ctypes
import os

NEWIPC, NEWUTS, NEWPID, NEWNET = 0x08000000, 0x04000000, 0x20000000, 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
# What ctypes makes on first use is made here, once and not in every process: that takes it longer
# than all the calls together.
_capset, _prctl, _unshare = libc.capset, libc.prctl, libc.unshare
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER, _SET_DEATH_SIGNAL = 38, 22, 2, 1
_VERSION_3, _NOTHING = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()

#: Makes a process as the C library does it; 0 in the new one. Python would repair locks of other
#: threads in it, and sow random numbers anew. There are no other threads, and each page of memory
#: that this touches would be copied for each process.
fork = ctypes.PyDLL(None, use_errno=True).fork


class Program(ctypes.Structure):
    """A filter of system calls, as the kernel takes it."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def checked(result: int, what: str) -> int:
    """Return a result of the C library, or raise its error."""
    if result < 0:
        raise OSError(ctypes.get_errno(), what)
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that are named."""
    checked(_unshare(flags), "unshare")


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
    checked(_prctl(_SET_DEATH_SIGNAL, 9, 0, 0, 0), "death signal")


def drop_capabilities() -> None:
    """Give up all capabilities for good; nothing that is run later can gain any."""
    checked(_capset(_VERSION_3, _NOTHING), "capset")
    checked(_prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def program(instructions: bytes) -> Program:
    """Return a filter of system calls, ready for ``refuse_calls``."""
    return Program(len(instructions) // 8, instructions)


def refuse_calls(calls: Program) -> None:
    """Install the filter of system calls."""
    checked(_prctl(_SET_SECCOMP, _FILTER, ctypes.byref(calls), 0, 0), "seccomp")
