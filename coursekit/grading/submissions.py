"""Finds what was handed in: students and their notebooks.

A download of a learning platform becomes the same as a folder for each student: a list of
``Submission``. Whatever cannot be used is listed with a reason.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coursekit.errors import CourseError
from coursekit.grading.downloads import (
    DEEPEST,
    METADATA,
    OF_A_CLASS,
    OF_A_STUDENT,
    Scratch,
    student_of,
)
from coursekit.grading.notebook import Unreadable

_IGNORED = {".ipynb_checkpoints", "__MACOSX", "__pycache__", METADATA}


@dataclass(frozen=True)
class Submission:
    """A student and the notebooks that they handed in.

    ``obstacle`` is why there may be more that cannot be seen, such as a damaged archive.
    """

    student: str
    notebooks: tuple[Path, ...]
    obstacle: str = ""


@dataclass(frozen=True)
class Problem:
    """Something handed in that cannot be graded, and why."""

    path: str
    reason: str


def collect(path: Path, scratch: Scratch | None = None) -> tuple[list[Submission], list[Problem]]:
    """Return what was handed in, in order of names.

    Args:
        path: a folder with a folder, a file or an archive for each student, or an archive of it.
        scratch: where archives are unpacked; without it they are left out.

    Raises:
        CourseError: if it does not exist or holds no submission.
    """
    if not path.exists():
        raise CourseError(f"{path} does not exist: name the folder with the submissions.")
    found = _Found(scratch)
    folder = path if path.is_dir() else found.whole(path)
    try:
        folder = _inner(folder, path.is_dir())
        students = _gradescope_students(folder)
        for entry in _entries(folder):
            found.add(entry, students.get(entry.name) or student_of(entry.name))
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    if not found.notebooks:
        raise CourseError(
            f"{path} holds no submissions: expected a folder for each student with the notebook "
            "inside, or a download of Canvas, Moodle or Gradescope."
        )
    submissions = [
        Submission(name, tuple(own), found.obstacles.get(name, ""))
        for name, own in sorted(found.notebooks.items())
    ]
    return submissions, found.problems


def _gradescope_students(folder: Path) -> dict[str, str]:
    path = folder / METADATA
    if not path.is_file():
        return {}
    from coursekit.grading import gradescope  # reads YAML: it takes a while to import

    return gradescope.students(path)


class _Found:
    """The notebooks of each student, and what cannot be used."""

    def __init__(self, scratch: Scratch | None) -> None:
        self.notebooks: dict[str, list[Path]] = {}
        self.problems: list[Problem] = []
        self.obstacles: dict[str, str] = {}
        self._scratch = scratch

    def whole(self, archive: Path) -> Path:
        """Unpack the archive of a class."""
        if self._scratch is None or not zipfile.is_zipfile(archive):
            raise CourseError(
                f"{archive} is neither a folder nor a zip archive: name one with a folder for each "
                "student."
            )
        try:
            folder, left_out = self._scratch.unpack(archive, OF_A_CLASS)
        except Unreadable as error:
            raise CourseError(str(error)) from None
        self.problems += [Problem(archive.name, reason) for reason in left_out]
        return folder

    def add(self, entry: Path, known: str) -> None:
        """Add what one entry of the folder holds.

        Args:
            entry: a folder or a file.
            known: whose it is, where the platform says so; it may have several entries.
        """
        name, suffix = shown(entry.name), entry.suffix.lower()
        if entry.is_symlink():
            self.problems.append(Problem(name, "It is a symbolic link: left out."))
        elif entry.is_dir():
            student = shown(known) or self._new(name)
            self._take(
                student, self._inside(entry, name), Problem(name, "The folder holds no notebook.")
            )
        elif suffix == ".zip" and self._scratch:
            student = shown(known) or self._new(shown(entry.stem))
            self._take(
                student,
                self._unpacked(entry, name),
                Problem(name, "The archive holds no notebook."),
            )
        elif suffix == ".ipynb" and known:
            self.notebooks.setdefault(shown(known), []).append(entry)
        else:
            self.problems.append(Problem(name, "It is not in a student's folder: left out."))

    def _take(self, student: str, notebooks: Iterator[Path], nothing: Problem) -> None:
        """Add a student's notebooks; what cannot be opened may be what is missing."""
        before = len(self.problems)
        found = list(notebooks)
        self.notebooks.setdefault(student, []).extend(found)
        if len(self.problems) > before:
            self.obstacles.setdefault(student, self.problems[before].reason)
        elif not found:
            self.problems.append(nothing)

    def _new(self, name: str) -> str:
        """Two names may differ only in what cannot be shown."""
        while name in self.notebooks:
            name += "*"
        return name

    def _inside(self, folder: Path, name: str) -> Iterator[Path]:
        """Find the notebooks of a folder, also in archives."""
        for path in _files(folder):
            if path.suffix.lower() == ".ipynb":
                yield path
            elif self._scratch and path.suffix.lower() == ".zip":
                yield from self._unpacked(path, f"{name}/{shown(path.name)}")

    def _unpacked(self, archive: Path, name: str) -> Iterator[Path]:
        assert self._scratch is not None
        try:
            if archive.is_symlink():
                raise Unreadable("It is a symbolic link: left out.")
            folder, left_out = self._scratch.unpack(archive, OF_A_STUDENT)
        except Unreadable as error:
            self.problems.append(Problem(name, str(error)))
            return
        self.problems += [Problem(name, reason) for reason in left_out]
        yield from (path for path in _files(folder) if path.suffix.lower() == ".ipynb")


def _inner(folder: Path, certain: bool) -> Path:
    """Step into the one folder that a download has around its contents.

    Args:
        folder: what was named or unpacked.
        certain: whether it was named: then its one folder may well be the one student's.
    """
    entries = _entries(folder)
    if len(entries) != 1 or not entries[0].is_dir() or entries[0].is_symlink():
        return folder
    inner = entries[0]
    inside = list(inner.iterdir())
    marked = any(student_of(e.name) or e.name == METADATA for e in inside)
    wrapped = not certain and any(e.is_dir() for e in inside) and not student_of(inner.name)
    plain = not any(e.suffix.lower() == ".ipynb" for e in inside)
    return inner if marked or inner.name == "submitted" or (wrapped and plain) else folder


def _entries(folder: Path) -> list[Path]:
    """Return what is in a folder, in order of names, without what systems put there."""
    return sorted(
        entry
        for entry in folder.iterdir()
        if not entry.name.startswith(".") and entry.name not in _IGNORED
    )


def _files(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Find notebooks and archives in a folder and in those below it, in order of names."""
    try:
        entries = _entries(folder)
    except OSError:
        return  # closed to the reader, or gone
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            if depth < DEEPEST:
                yield from _files(entry, depth + 1)
        elif entry.suffix.lower() in (".ipynb", ".zip"):
            yield entry


def shown(name: str) -> str:
    """Return a file name that can be printed and stored, whatever bytes it has."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
