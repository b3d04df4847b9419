"""Why an exercise got no verdict: a status and a sentence for the record."""

from __future__ import annotations

from coursekit.errors import CourseError

TIMEOUT = "timeout"
MEMORY = "memory"
ERROR = "error"
UNGRADED = "ungraded"


class Stopped(Exception):
    """The process was stopped or ended: the status and the sentence for the record."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def stopped(error: BaseException) -> Stopped:
    """Turn whatever went wrong into a reason; only the user's own interruption goes on."""
    if isinstance(error, Stopped):
        return error
    if isinstance(error, CourseError) or not isinstance(error, Exception):
        raise error
    failed = f"Not graded, because grading itself failed ({type(error).__name__})."
    return Stopped(UNGRADED, failed)


def nonsense() -> Stopped:
    """Return the reason for an answer that is none."""
    return Stopped(UNGRADED, "Not graded, because the process sent something that is no answer.")
