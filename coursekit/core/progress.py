"""Remembers which exercises pass, across notebooks, and shows the whole course at a glance."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from coursekit.core import registry, templates
from coursekit.core.judging import NOT_ATTEMPTED, PASSED

#: Where the record is kept; the environment variable names another folder.
STATE_VARIABLE = "COURSEKIT_STATE"

#: Statuses of this session: the record works without a writable disk.
_session: dict[str, str] = {}


def state_folder() -> Path:
    """Where the record is kept."""
    return Path(os.environ.get(STATE_VARIABLE) or platformdirs.user_state_dir("coursekit"))


def _file() -> Path:
    return state_folder() / "progress.json"


def _stored() -> dict[str, str]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): str(value) for key, value in found.items()}


def record(exercise_id: str, status: str) -> None:
    """Remember the outcome of a check. An untouched stub leaves an earlier outcome as it is."""
    if status == NOT_ATTEMPTED:
        return
    _session[exercise_id] = status
    path = _file()
    known = _stored() | {exercise_id: status}
    # A read-only home must not spoil a check: the session's own memory is enough then.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, json.dumps(known, indent=1, sort_keys=True))


def _replace(path: Path, text: str) -> None:
    """Write in one step, so that two notebooks or a kill cannot leave half a file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".progress")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@dataclass(frozen=True)
class Row:
    """One lesson: its title and each exercise's name with its state."""

    number: int
    title: str
    exercises: tuple[tuple[str, str], ...]

    @property
    def done(self) -> int:
        """How many exercises pass."""
        return sum(state == "done" for _, state in self.exercises)


class Progress:
    """All lessons with their exercises: done, wrong or not attempted."""

    def __init__(self, statuses: dict[str, str]) -> None:
        self.rows = tuple(
            Row(
                lesson.number,
                lesson.title,
                tuple((item.name, _state(statuses.get(item.id))) for item in lesson.exercises),
            )
            for lesson in registry.lessons()
        )

    def text(self) -> str:
        """One line for each lesson, one for each exercise."""
        marks = {"done": "[x]", "wrong": "[!]", "not attempted": "[ ]"}
        lines = []
        for row in self.rows:
            total = len(row.exercises)
            lines.append(f"{row.number:02d} {row.title}: {row.done} of {total} done")
            lines += [f"   {marks[state]} {name}: {state}" for name, state in row.exercises]
        return "\n".join(lines)

    def html(self) -> str:
        """A table with a bar for each lesson."""
        return templates.render("progress.html", rows=self.rows)

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def _state(status: str | None) -> str:
    if status is None:
        return "not attempted"
    return "done" if status == PASSED else "wrong"


def progress() -> Progress:
    """Return the student's progress over all lessons; a notebook shows it as a table."""
    return Progress(_stored() | _session)
