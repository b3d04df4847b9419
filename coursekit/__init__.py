"""A course on convolutional and recurrent networks: references, exercises with checks, grading.

``import coursekit as ck`` is cheap: numerical and notebook packages load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["doctor", "exercise", "progress"]

if TYPE_CHECKING:
    from coursekit.core.progress import progress
    from coursekit.core.student import exercise
    from coursekit.machine import doctor

_HOME = {
    "exercise": "coursekit.core.student",
    "progress": "coursekit.core.progress",
    "doctor": "coursekit.machine",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'coursekit' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
