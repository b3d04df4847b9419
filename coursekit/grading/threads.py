"""Gives numerical libraries one thread, where a process has one core."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

#: The environment that does it; a library reads it when it is loaded.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Give libraries that are loaded meanwhile one thread, also in processes that are started."""
    before = {name: os.environ[name] for name in ONE_THREAD if name in os.environ}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name in ONE_THREAD:
            del os.environ[name]
        os.environ.update(before)
