"""The parts of a data set (train, test, ...)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from coursekit.errors import CourseError

T = TypeVar("T")


def choose(name: str, split: str, parts: Mapping[str, T]) -> T:
    """What `parts` holds for `split`; raises CourseError naming the parts for an unknown one."""
    if split not in parts:
        raise CourseError(f"{name} has no part {split!r}: choose one of {', '.join(parts)}.")
    return parts[split]
