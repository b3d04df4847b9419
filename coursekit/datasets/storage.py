"""Where files lie on this machine, and reading them only if they are what they should be."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal

from coursekit.datasets.registry import DataFile, size_text
from coursekit.errors import CourseError

State = Literal["ready", "missing", "damaged"]


def data_folder() -> Path:
    """The folder that files are fetched to: COURSEKIT_DATA, or the user's cache folder."""
    chosen = os.environ.get("COURSEKIT_DATA")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("coursekit", appauthor=False) / "data"


def mirror_folder() -> Path | None:
    """The folder that stands in for the network (COURSEKIT_MIRROR), or None where not set.

    Raises CourseError if it is set to something that is no folder.
    """
    chosen = os.environ.get("COURSEKIT_MIRROR")
    if not chosen:
        return None
    folder = Path(chosen).expanduser()
    if not folder.is_dir():
        raise CourseError(
            f"COURSEKIT_MIRROR names {shown(folder)}, which is no folder: correct it, or unset it "
            "to use the network."
        )
    return folder


def location(file: DataFile) -> Path:
    """Where the file is read from: in the mirror folder where one is set, else the data folder."""
    return (mirror_folder() or data_folder()) / file.path


def state(file: DataFile) -> State:
    """Whether the file is there and has the registry's size and sha256."""
    path = location(file)
    try:
        if path.stat().st_size != file.bytes:
            return "damaged"
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError as error:
        raise _unreadable(path, error) from error
    return "ready" if digest == file.sha256 else "damaged"


def read(file: DataFile) -> bytes:
    """The verified content of a file.

    Raises CourseError where the file is missing, damaged or unreadable, with what to do.
    """
    path = location(file)
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(file) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) != file.bytes or hashlib.sha256(content).hexdigest() != file.sha256:
        raise damaged(file, len(content))
    return content


def damaged(file: DataFile, found_bytes: int) -> CourseError:
    """The error for a file that is not what the registry says."""
    problem = (
        "its checksum is wrong"
        if found_bytes == file.bytes
        else f"it has {found_bytes:,} bytes instead of {file.bytes:,}"
    )
    return CourseError(f"{shown(location(file))} is damaged ({problem}): {_remedy(file)}.")


def shown(path: Path) -> str:
    """A path for people, with ~ for the home folder."""
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def _missing(file: DataFile) -> CourseError:
    mirror = mirror_folder()
    if mirror is not None:
        return CourseError(
            f"{file.path} is not in the mirror folder {shown(mirror)}: put it there, or unset "
            "COURSEKIT_MIRROR to use the network."
        )
    host = file.urls[0].split("/")[2]
    return CourseError(
        f"{file.path} ({size_text(file.bytes)} from {host}) is not on this machine: "
        f"{_remedy(file)}."
    )


def _remedy(file: DataFile) -> str:
    if mirror_folder() is not None:
        return "replace it in the mirror folder, which coursekit only reads"
    return f"run `coursekit data fetch {file.dataset}` in a terminal"


def _unreadable(path: Path, error: OSError) -> CourseError:
    return CourseError(
        f"Cannot read {shown(path)} ({error.strerror}): give yourself permission to read it, or "
        "set COURSEKIT_DATA to another folder."
    )
