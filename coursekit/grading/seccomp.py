"""The system calls that a student's process may make: an allow list, compiled by libseccomp.

Everything else fails with "operation not permitted": sockets, processes and threads, programs,
changing or making files, signals to others, shared memory, tracing.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import tempfile
from ctypes import c_int, c_uint, c_uint64
from functools import cache
from typing import Any

_ALLOWED = """
read readv pread64 recvfrom write writev sendto
poll ppoll select pselect6 close dup dup2 dup3 pipe pipe2
open openat access faccessat faccessat2 stat lstat fstat newfstatat statx readlink readlinkat
getdents64 getcwd lseek umask
mmap munmap mprotect mremap madvise brk
rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack setitimer getitimer pause
futex sched_yield sched_getaffinity set_robust_list rseq arch_prctl restart_syscall
getpid gettid getppid getuid geteuid getgid getegid getgroups getresuid getresgid
uname sysinfo getrusage times getrlimit getrandom
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time
exit exit_group
"""

#: Allowed with some values of one argument (its place, the values): asking whether a file is a
#: terminal, setting a socket's blocking mode; duplicating descriptors, their flags, but not whom
#: they send signals to; limits of the process itself.
_ALLOWED_WITH = {
    "ioctl": (1, (0x5401, 0x5421, 0x5451)),
    "fcntl": (1, (0, 1, 2, 3, 4, 9, 11, 1030)),
    "prlimit64": (0, (0,)),
}

_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_EQUAL = 4
#: An attribute and its value: the filter searches as in a tree. The kernel goes through it once for
#: every system call that there is, whenever a process takes it on.
_OPTIMIZE, _TREE = 8, 2


class _Comparison(ctypes.Structure):
    _fields_ = (("arg", c_uint), ("op", c_int), ("datum_a", c_uint64), ("datum_b", c_uint64))


@cache
def compile_filter() -> bytes:
    """Return the filter as the kernel's instructions.

    Raises:
        OSError: if libseccomp is not installed or does not work.
    """
    name = ctypes.util.find_library("seccomp")
    if name is None:
        raise OSError("libseccomp is not installed")
    library = ctypes.CDLL(name)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(c_uint(_REFUSE)))
    try:
        library.seccomp_attr_set(context, _OPTIMIZE, _TREE)  # before libseccomp 2.5: stays a list
        for call in _ALLOWED.split():
            _allow(library, context, call)
        for call, (argument, values) in _ALLOWED_WITH.items():
            for value in values:
                _allow(library, context, call, _Comparison(argument, _EQUAL, value, 0))
        with tempfile.TemporaryFile() as stream:
            _check(library.seccomp_export_bpf(context, stream.fileno()), "export")
            stream.seek(0)
            return stream.read()
    finally:
        library.seccomp_release(context)


def _allow(library: ctypes.CDLL, context: ctypes.c_void_p, call: str, *conditions: Any) -> None:
    number = library.seccomp_syscall_resolve_name(call.encode())
    if number < 0:
        return  # this architecture has no such call
    array = (_Comparison * len(conditions))(*conditions)
    rule = c_uint(_ALLOW), number, len(conditions), array
    _check(library.seccomp_rule_add_array(context, *rule), call)


def _check(result: int, what: str) -> None:
    if result < 0:
        raise OSError(-result, f"libseccomp: {what}")
