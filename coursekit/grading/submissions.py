"""Finds what was handed in: students and their notebooks.

A download of a learning platform becomes the same as a folder for each student: a list of
``Submission``. Whatever cannot be used is listed with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coursekit.errors import CourseError
from coursekit.grading.records import Problem

_IGNORED_FOLDERS = {".ipynb_checkpoints", "__MACOSX", "__pycache__"}
#: Folders nested more deeply are not looked into.
_DEEPEST = 20


@dataclass(frozen=True)
class Submission:
    """A student and the notebooks that they handed in."""

    student: str
    notebooks: tuple[Path, ...]


def collect(folder: Path) -> tuple[list[Submission], list[Problem]]:
    """Return the submissions in a folder with a folder for each student, in order of names.

    Raises:
        CourseError: if the folder does not exist or holds no submission.
    """
    if not folder.exists():
        raise CourseError(f"{folder} does not exist: name the folder with the submissions.")
    if not folder.is_dir():
        raise CourseError(f"{folder} is not a folder: name one that has a folder per student.")
    submissions: list[Submission] = []
    problems: list[Problem] = []
    names: set[str] = set()
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in _IGNORED_FOLDERS:
            continue
        name = shown(entry.name)
        if entry.is_symlink():
            problems.append(Problem(name, "It is a symbolic link: left out."))
        elif entry.is_dir():
            # Two names may differ only in what cannot be shown.
            while name in names:
                name += "*"
            names.add(name)
            notebooks = tuple(_notebooks(entry))
            submissions.append(Submission(name, notebooks))
            if not notebooks:
                problems.append(Problem(name, "The folder holds no notebook."))
        else:
            problems.append(Problem(name, "It is not in a student's folder: left out."))
    if not submissions:
        raise CourseError(
            f"{folder} holds no submissions: expected a folder for each student with the notebook "
            "inside."
        )
    return submissions, problems


def _notebooks(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Find notebooks in a folder and in those below it, in order of names."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return  # closed to the reader, or gone
    for entry in entries:
        if entry.name.startswith((".", "._")) or entry.name in _IGNORED_FOLDERS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            if depth < _DEEPEST:
                yield from _notebooks(entry, depth + 1)
        elif entry.suffix.lower() == ".ipynb":
            yield entry


def shown(name: str) -> str:
    """Return a file name that can be printed and stored, whatever bytes it has."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
