"""The one exception that is meant for the user's eyes."""

from __future__ import annotations


class CourseError(Exception):
    """One clear sentence for the user: what is wrong and what to do.

    The command line prints the sentence and exits with status 1; a notebook shows it without
    a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to show the sentence alone."""
        return [f"{type(self).__name__}: {self}"]
