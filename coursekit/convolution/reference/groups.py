"""A batch in groups that fit into the processor's cache, shared among its cores."""

from __future__ import annotations

import contextvars
import functools
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Array = np.ndarray[Any, Any]

# Single-precision numbers that a core's own cache holds.
VALUES = 400_000


def in_groups(
    work: Callable[[slice], Array | None], images: int, size: int, total: Array | None = None
) -> None:
    """Call a function for each group of a batch, several at a time where there are several cores.

    NumPy lets other threads go on while it works on an array, so that they truly run side by side.
    Meanwhile each of them multiplies matrices on its own: that is faster than all of them in one
    product after the other, because everything between the products is shared out, too.

    Args:
        work: gets a slice of the batch; must not write where another group reads or writes.
        images: length of the batch.
        size: values that the function holds for each image.
        total: what the function returns is added to this array, in the order of the groups, so
            that the sum is the same, whatever the number of cores.
    """
    groups = cut(images, size)
    threads = min(len(groups), matrix_threads()) if len(groups) > 1 else 1
    if threads == 1:
        return in_groups_plain(work, images, size, total)
    left = iter(enumerate(groups))  # every thread takes the next
    parts: dict[int, Array | None] = {}
    added, lock = 0, threading.Lock()

    def share() -> None:
        nonlocal added
        for number, group in left:
            part = work(group)
            if total is not None:
                with lock:
                    parts[number] = part
                    while added in parts:
                        total[...] += parts.pop(added)
                        added += 1

    with _libraries().limit(limits=1, user_api="blas"):
        # Each with the caller's settings, such as what NumPy does at an overflow.
        contexts = [contextvars.copy_context() for _ in range(threads - 1)]
        others = [_helpers().submit(context.run, share) for context in contexts]
        try:
            share()
        finally:
            for _ in left:  # after an error, or Ctrl+C, nobody begins another
                pass
        for other in others:
            other.result()


def in_groups_plain(
    work: Callable[[slice], Array | None], images: int, size: int, total: Array | None = None
) -> None:
    """Call a function for each group of a batch, one after the other. As ``in_groups``."""
    for group in cut(images, size):
        part = work(group)
        if total is not None:
            total += part


def cut(images: int, size: int) -> list[slice]:
    """Cut a batch into slices that stay in the cache, with ``size`` values for an image."""
    few = max(1, VALUES // size)
    return [slice(at, at + few) for at in range(0, images, few)]


def matrix_threads() -> int:
    """Count the threads that NumPy's matrix product may use here: as many are ours to use."""
    libraries = _libraries().select(user_api="blas").lib_controllers
    return max((library.num_threads for library in libraries), default=1)


@functools.cache
def _libraries() -> ThreadpoolController:
    """Find the libraries that NumPy multiplies with; they are loaded with it."""
    from threadpoolctl import ThreadpoolController  # most small inputs never need it

    return ThreadpoolController()


@functools.cache
def _helpers() -> ThreadPoolExecutor:
    """Make room for threads beside the caller's; they start when needed, and then wait for more."""
    return ThreadPoolExecutor(thread_name_prefix="coursekit-groups")


if hasattr(os, "register_at_fork"):  # threads are not there in a forked process
    os.register_at_fork(after_in_child=_helpers.cache_clear)
