"""Limits of the operating system on a student's process: memory, files, core dumps."""

from __future__ import annotations

import mmap
import resource

#: Private and shared memory are counted by two limits; both are set.
_MEMORY = (resource.RLIMIT_AS, resource.RLIMIT_DATA)


def in_use() -> dict[int, int]:
    """Measure the memory in use now, for each limit, by finding the smallest that still holds.

    ``/proc`` would say it, but does not exist in the sandbox.
    """
    return {kind: _smallest(kind) for kind in _MEMORY}


def _smallest(kind: int) -> int:
    soft, hard = resource.getrlimit(kind)
    low, high = 0, 1 << 46
    try:
        while high - low > 1 << 20:
            middle = (low + high) // 2
            resource.setrlimit(kind, (middle, hard))
            try:
                mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
                high = middle
            except OSError:
                low = middle
    finally:
        resource.setrlimit(kind, (soft, hard))
    return high


def apply(used: dict[int, int], memory_mb: int) -> None:
    """Allow so many MB beyond what is in use, no files to speak of and no core dumps."""
    for kind, size in used.items():
        _set(kind, size + (memory_mb << 20))
    _set(resource.RLIMIT_FSIZE, 1 << 24)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, 64)


def _set(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (limit, limit))
