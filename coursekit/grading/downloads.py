"""Downloads of learning platforms: whose a file is, by its name, and archives.

Canvas puts all files into one folder, ``doejane_LATE_123_456_01_convolution.ipynb``. Moodle makes a
folder or a file for each participant, ``Jane Doe_123_assignsubmission_file_``. Gradescope makes
folders ``submission_123``, and a file that says whose they are.
"""

from __future__ import annotations

import errno
import io
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from coursekit.grading.notebook import LARGEST, Unreadable

METADATA = "submission_metadata.yml"

_CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_\d+_.+")
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?.*")
#: What is worth unpacking.
_WANTED = (".ipynb", ".zip")
#: Errors that are not about one file.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)
_MOST_FILES = 100_000
#: Folders nested more deeply are not looked into.
DEEPEST = 20
#: What one student's archive, and a class's, may hold in bytes.
OF_A_STUDENT, OF_A_CLASS = 4 * LARGEST, 1 << 36


def student_of(name: str) -> str:
    """Return the student that a platform has put into a name; empty: none."""
    found = _MOODLE.fullmatch(name) or _CANVAS.fullmatch(name)
    return f"{found['name']}_{found['id']}" if found else ""


class Scratch:
    """A folder for what is unpacked; it exists from the first archive to ``close``.

    Args:
        parent: the folder of the results: it has room, and the same owner.
    """

    _PREFIX = ".unpacked-"

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._folder: Path | None = None

    def unpack(self, archive: Path, most: int) -> tuple[Path, list[str]]:
        """Unpack the notebooks of an archive into a folder of their own.

        Args:
            archive: a zip file.
            most: how many bytes it may hold.

        Returns:
            the folder, and a sentence for each file that was left out.

        Raises:
            Unreadable: if it is not an archive, or too large.
        """
        if self._folder is None:
            self._parent.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=self._PREFIX, dir=self._parent))
        into = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            with zipfile.ZipFile(archive) as zipped:
                return into, _unpack(zipped, archive.name, into, most)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise Unreadable(f"{archive.name} is not a zip archive, damaged or locked.") from None
        except OSError as error:
            raise Unreadable(f"{archive.name} cannot be unpacked: {error.strerror}.") from None

    def close(self) -> None:
        """Remove what was unpacked."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def remove_others(self) -> None:
        """Remove what runs have left that were killed; only one run at a time has the results."""
        for folder in self._parent.glob(f"{self._PREFIX}*"):
            if folder != self._folder:
                shutil.rmtree(folder, ignore_errors=True)


def _unpack(zipped: zipfile.ZipFile, name: str, into: Path, most: int) -> list[str]:
    members = [member for member in zipped.infolist() if not member.is_dir()]
    if len(members) > _MOST_FILES:
        raise Unreadable(f"{name} holds more than {_MOST_FILES:,} files.")
    left_out = []
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        wanted = path.suffix.lower() in _WANTED or path.name == METADATA
        if not _is_harmless(path) or stat.S_ISLNK(member.external_attr >> 16):
            if wanted:
                left_out.append(f"{str(path)[:200]} leads out of the archive {name}: left out.")
            continue
        try:
            # Of other files the name is enough: somebody has handed in something.
            with zipped.open(member) if wanted else io.BytesIO() as source:
                most -= _write(into / path, source)
        except (OSError, ValueError) as error:
            if getattr(error, "errno", None) in _FULL:
                raise
            if not wanted:
                continue
            left_out.append(f"{str(path)[:200]} has a name that is not possible here: left out.")
        if most < 0:
            raise Unreadable(f"{name} is too large when it is unpacked.")
    return left_out


def _write(path: Path, source: IO[bytes]) -> int:
    """Write a file and return its size; one that is too large is cut where the reader sees it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        while stream.tell() <= LARGEST and (part := source.read(1 << 20)):
            stream.write(part)
        return stream.tell()


def _is_harmless(path: PurePosixPath) -> bool:
    parts = path.parts
    plain = not path.is_absolute() and ".." not in parts and ":" not in parts[0]
    return plain and len(parts) <= DEEPEST
