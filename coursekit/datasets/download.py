"""Fetching a file from its public addresses into the data folder."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.datasets import storage
from coursekit.datasets.registry import DataFile, data_set, size_text
from coursekit.errors import CourseError

if TYPE_CHECKING:
    import requests

# Seconds to wait for a connection, and for the next bytes of a download that stalls.
TIMEOUT = (10, 30)
CHUNK_BYTES = 1 << 16

Progress = Callable[[int], None]


def fetch(name: str, progress: Progress | None = None) -> list[Path]:
    """Bring all files of a data set to this machine and return where they lie.

    Files that are already there and intact are kept. Where COURSEKIT_MIRROR is set nothing is
    downloaded or written: the files are verified in that folder. `progress` is called with the
    number of new bytes of the file in work, a negative number when a try is given up.
    Raises CourseError for an unknown data set, no network, a download that breaks off or is not
    the expected file, a full disk, or a folder that cannot be written.
    """
    return [fetch_file(file, progress) for file in data_set(name).files]


def fetch_file(file: DataFile, progress: Progress | None = None) -> Path:
    """Like `fetch`, for one file."""
    path = storage.location(file)
    report = progress or _ignore
    if storage.mirror_folder() is not None:
        storage.read(file)
        report(file.bytes)
    elif storage.state(file) == "ready":
        report(file.bytes)
    else:
        _try_each_address(file, path, report)
    return path


def _try_each_address(file: DataFile, path: Path, progress: Progress) -> None:
    """Download from the first address that gives the right file; say of each why it did not."""
    failures: dict[str, str] = {}
    for url in file.urls:
        failure = _download(file, url, path, progress)
        if failure is None:
            return
        failures[url.split("/")[2]] = failure
    reasons = "; ".join(f"{host} {failure}" for host, failure in failures.items())
    raise CourseError(
        f"Could not download {file.path}: {reasons}. Check the network connection and run "
        f"`coursekit data fetch {file.dataset}` again, or set COURSEKIT_MIRROR to a folder that "
        "has the files."
    )


def _download(file: DataFile, url: str, path: Path, progress: Progress) -> str | None:
    """Download one address; None on success, else what went wrong there.

    pooch writes to a temporary name and moves it into place only after the checksum is right, so
    that no interruption leaves a file that looks complete.
    """
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    bar = _Bar(progress, file.bytes)
    downloader = pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK_BYTES, timeout=TIMEOUT)
    arrived = 0

    def download(url: str, output: str, manager: pooch.Pooch | None) -> None:
        nonlocal arrived
        try:
            downloader(url, output, manager)
        finally:
            arrived = Path(output).stat().st_size

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(url, f"sha256:{file.sha256}", path.name, path.parent, downloader=download)
        # The temporary file was private; a data folder may be shared by a class.
        path.chmod(0o644)
    except requests.RequestException as error:
        bar.give_up()
        return _reason(error, arrived, file)
    except OSError as error:
        raise _not_writable(file, error) from error
    except ValueError:
        bar.give_up()
        if arrived < file.bytes:
            return _broke_off(arrived, file)
        return "sent another file than the expected one (its checksum is wrong)"
    bar.finish()
    return None


class _Bar:
    """The progress bar that pooch drives: reports new bytes, never more than the file has.

    pooch sets `total` from the Content-Length header, which is the compressed size where the
    server compresses: it is not used.
    """

    def __init__(self, progress: Progress, size: int) -> None:
        self.total = size
        self._progress = progress
        self._size = size
        self._reported = 0
        self._closing = False

    def update(self, count: int) -> None:
        """Count one chunk."""
        if not self._closing:
            self._report(min(self._reported + count, self._size))

    def reset(self) -> None:
        """pooch starts over before it fills the bar at the end: what follows is no new data."""
        self._closing = True

    def close(self) -> None:
        """Nothing to do: the caller owns the display."""

    def finish(self) -> None:
        """The file is complete."""
        self._report(self._size)

    def give_up(self) -> None:
        """The try failed: its bytes do not count."""
        self._report(0)

    def _report(self, reached: int) -> None:
        self._progress(reached - self._reported)
        self._reported = reached


def _ignore(_count: int) -> None:
    """Show no progress."""


def _reason(error: requests.RequestException, arrived: int, file: DataFile) -> str:
    """What went wrong at one address, as the end of a sentence that starts with its host."""
    import requests

    if error.response is not None:
        return f"answered {error.response.status_code} {error.response.reason}"
    if arrived:
        return _broke_off(arrived, file)
    if isinstance(error, requests.exceptions.SSLError):
        return "has a certificate that this machine does not trust"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "cannot be reached"
    return f"failed ({type(error).__name__})"


def _broke_off(arrived: int, file: DataFile) -> str:
    return f"broke off after {size_text(arrived)} of {size_text(file.bytes)}"


def _not_writable(file: DataFile, error: OSError) -> CourseError:
    """The error for a full disk or a data folder that cannot be written."""
    folder = storage.shown(storage.data_folder())
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CourseError(
            f"The disk of {folder} is full: {file.path} needs {size_text(file.bytes)}. Free some "
            "space, or set COURSEKIT_DATA to a folder on another disk."
        )
    reason = error.strerror or "permission denied"
    return CourseError(
        f"Cannot write to the data folder {folder} ({reason}): set COURSEKIT_DATA to a folder "
        "that you may write to."
    )
