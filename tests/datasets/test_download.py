"""Fetching from a server on this machine: what arrives, what fails, and what is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.datasets import download, storage
from coursekit.datasets.registry import data_file
from coursekit.errors import CourseError

# The command line on the test's registry, in a process of its own.
COMMAND = """
import sys
from pathlib import Path
from coursekit import cli
from coursekit.datasets import registry
registry._PACKAGED = Path(sys.argv.pop(1))
sys.argv[0] = "coursekit"
cli._VERBS = ("data", "doctor")
cli.main()
"""


def command(registry: Path) -> list[str]:
    return [sys.executable, "-c", COMMAND, str(registry), "data", "fetch", "toy"]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_fetched_file_is_verified_readable_by_others_and_alone(serve, data_folder):
    serve("good")
    (path,) = download.fetch("toy")
    assert path == data_folder / "toy" / "toy.bin"
    assert files_in(data_folder) == [path]
    assert storage.state(data_file("toy/toy.bin")) == "ready"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_progress_counts_exactly_the_bytes_of_the_file(serve):
    serve("corrupt", "good")
    steps: list[int] = []
    download.fetch("toy", steps.append)
    assert sum(steps) == data_file("toy/toy.bin").bytes
    assert min(steps) < 0, "the bytes of the failed try are taken back"


def test_progress_never_goes_beyond_the_file_or_back(serve):
    serve("good")
    steps: list[int] = []
    download.fetch("toy", steps.append)
    assert min(steps) >= 0
    assert sum(steps) == data_file("toy/toy.bin").bytes
    assert len(steps) > 2, "it moves while the download runs"


def test_a_file_that_is_here_is_not_downloaded_again(serve, server, monkeypatch):
    serve("good")
    download.fetch("toy")
    # The folder may be read-only by now: nothing may even try to write there.
    monkeypatch.setattr(download, "_download", None)
    steps: list[int] = []
    download.fetch("toy", steps.append)
    assert server.requested == ["good/toy.bin"]
    assert sum(steps) == data_file("toy/toy.bin").bytes


def test_a_damaged_file_is_replaced(serve, data_folder):
    serve("good")
    (path,) = download.fetch("toy")
    path.write_bytes(b"?" + path.read_bytes()[1:])
    assert storage.state(data_file("toy/toy.bin")) == "damaged"
    download.fetch("toy")
    assert storage.state(data_file("toy/toy.bin")) == "ready"


@pytest.mark.parametrize("broken", ["refused", "gone", "corrupt", "cut", "short"])
def test_the_next_address_is_tried_when_one_fails(serve, broken):
    serve(broken, "good")
    download.fetch("toy")
    assert storage.state(data_file("toy/toy.bin")) == "ready"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("refused", "cannot be reached"),
        ("gone", "answered 404 Not Found"),
        ("corrupt", r"sent another file than the expected one \(its checksum is wrong\)"),
        ("cut", r"broke off after \d+\.\d kB of 262\.1 kB"),
        ("short", r"broke off after 100\.0 kB of 262\.1 kB"),
    ],
)
def test_a_failed_download_says_why_and_leaves_nothing(serve, data_folder, behaviour, reason):
    serve(behaviour)
    with pytest.raises(CourseError, match=reason) as caught:
        download.fetch("toy")
    assert "`coursekit data fetch toy` again" in str(caught.value)
    assert files_in(data_folder) == []


def test_a_server_that_stalls_is_given_up(serve, server, data_folder, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", (1, 0.2))
    serve("stall")
    with pytest.raises(CourseError, match=r"broke off after .* of 262\.1 kB"):
        download.fetch("toy")
    assert not server.waited_in_vain, "the server ended it, not the client"
    assert files_in(data_folder) == []


def test_every_address_that_failed_is_named(serve):
    serve("gone", "refused")
    with pytest.raises(CourseError, match=r"answered 404.*; 127.*cannot be reached"):
        download.fetch("toy")


def test_a_failed_download_keeps_the_damaged_file_out_of_use(serve, data_folder):
    serve("corrupt")
    path = data_folder / "toy" / "toy.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"old")
    with pytest.raises(CourseError):
        download.fetch("toy")
    with pytest.raises(CourseError, match="is damaged"):
        storage.read(data_file("toy/toy.bin"))


def test_a_data_folder_that_cannot_be_made_is_one_sentence(serve, tmp_path, monkeypatch):
    serve("good")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSEKIT_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(CourseError, match=r"Cannot write to the data folder .* set COURSEKIT_DATA"):
        download.fetch("toy")


def test_with_a_mirror_nothing_is_downloaded_or_written(
    serve, server, data_folder, tmp_path, monkeypatch
):
    serve("good")
    download.fetch("toy")
    mirror = tmp_path / "mirror"
    shutil.move(data_folder, mirror)
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    assert download.fetch("toy") == [mirror / "toy" / "toy.bin"]
    (mirror / "toy" / "toy.bin").write_bytes(b"damaged")
    with pytest.raises(CourseError, match="replace it in the mirror folder"):
        download.fetch("toy")
    (mirror / "toy" / "toy.bin").unlink()
    with pytest.raises(CourseError, match="is not in the mirror folder"):
        download.fetch("toy")
    assert list(mirror.rglob("*")) == [mirror / "toy"]
    assert len(server.requested) == 1
    assert not data_folder.exists()


def test_the_command_prints_one_sentence_and_fails(serve, data_folder):
    done = subprocess.run(command(serve("cut")), capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Could not download toy/toy.bin" in done.stderr
    assert "Traceback" not in done.stderr
    assert files_in(data_folder) == []


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_stops_at_once_and_leaves_no_file(serve, server, data_folder):
    process = subprocess.Popen(
        command(serve("stall")), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stalled.wait(30)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert stdout == ""
    assert "Traceback" not in stderr
    assert files_in(data_folder) == []


@pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")
def test_a_killed_download_leaves_nothing_that_looks_complete(serve, server):
    process = subprocess.Popen(command(serve("stall")), stderr=subprocess.DEVNULL)
    assert server.stalled.wait(30)
    process.kill()
    process.wait()
    assert storage.state(data_file("toy/toy.bin")) == "missing"


def in_a_file_system(options: str, folder: Path, arguments: list[str]) -> str:
    """What the command says on stderr, with a file system of these options at `folder`."""
    folder.mkdir(parents=True)
    mount = f"mount -t tmpfs -o {options} none {folder}"
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*unshare, mount], stderr=-3).returncode:
        pytest.skip("this system makes no mount namespace for an ordinary user")
    done = subprocess.run(
        [*unshare, f'{mount} && exec "$0" "$@"', *arguments], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_full_disk_is_one_sentence(serve, data_folder):
    said = in_a_file_system("size=64k", data_folder, command(serve("good")))
    assert "is full: toy/toy.bin needs 262.1 kB. Free some space" in said


def test_a_read_only_data_folder_is_one_sentence(serve, data_folder):
    said = in_a_file_system("ro", data_folder, command(serve("good")))
    assert "Cannot write to the data folder" in said
    assert "set COURSEKIT_DATA to a folder that you may write to" in said
