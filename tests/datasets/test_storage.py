"""Reading a file only if it is what it should be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coursekit.datasets import storage
from coursekit.datasets.registry import data_file
from coursekit.errors import CourseError

LABELS = "mnist/t10k-labels-idx1-ubyte.gz"


def put(folder: Path, content: bytes) -> Path:
    path = folder / LABELS
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_a_missing_file_names_its_size_its_source_and_the_command():
    with pytest.raises(CourseError) as caught:
        storage.read(data_file(LABELS))
    assert str(caught.value) == (
        f"{LABELS} (4.5 kB from ossci-datasets.s3.amazonaws.com) is not on this machine: "
        "run `coursekit data fetch mnist` in a terminal."
    )


def test_a_truncated_file_says_how_much_is_there(data_folder):
    put(data_folder, b"x" * 100)
    assert storage.state(data_file(LABELS)) == "damaged"
    with pytest.raises(CourseError, match=r"has 100 bytes instead of 4,542.*data fetch mnist"):
        storage.read(data_file(LABELS))


def test_a_file_with_one_wrong_byte_is_damaged(data_folder, real_mirror, monkeypatch):
    content = bytearray(storage.read(data_file(LABELS)))
    monkeypatch.delenv("COURSEKIT_MIRROR")
    content[2000] ^= 1
    put(data_folder, bytes(content))
    assert storage.state(data_file(LABELS)) == "damaged"
    with pytest.raises(CourseError, match=r"its checksum is wrong.*data fetch mnist"):
        storage.read(data_file(LABELS))


def test_a_damaged_file_in_the_mirror_is_for_the_user_to_replace(tmp_path, monkeypatch):
    put(tmp_path, b"x")
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path))
    with pytest.raises(CourseError, match=r"damaged.*replace it in the mirror folder"):
        storage.read(data_file(LABELS))


def test_with_a_mirror_the_data_folder_is_not_read(data_folder, tmp_path, monkeypatch):
    put(data_folder, b"x")
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    assert storage.state(data_file(LABELS)) == "missing"


def test_a_mirror_that_is_no_folder_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(CourseError, match=r"COURSEKIT_MIRROR names .*nowhere, which is no folder"):
        storage.read(data_file(LABELS))


def test_a_folder_in_the_place_of_a_file_is_one_sentence(data_folder):
    (data_folder / LABELS).mkdir(parents=True)
    with pytest.raises(CourseError):
        storage.read(data_file(LABELS))


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="the superuser may read every file"
)
def test_a_file_that_may_not_be_read_is_one_sentence(data_folder):
    put(data_folder, b"x" * 4542).chmod(0)
    for call in (storage.read, storage.state):
        with pytest.raises(CourseError, match="give yourself permission to read it"):
            call(data_file(LABELS))


def test_the_default_folder_is_the_users_cache(monkeypatch):
    monkeypatch.delenv("COURSEKIT_DATA")
    folder = storage.data_folder()
    assert folder.is_absolute()
    assert "coursekit" in folder.parts
    monkeypatch.setenv("COURSEKIT_DATA", "")
    assert storage.data_folder() == folder


def test_a_tilde_stands_for_the_home_folder(monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "~/somewhere")
    assert storage.data_folder() == Path.home() / "somewhere"
    assert storage.shown(storage.data_folder()) == str(Path("~/somewhere"))
