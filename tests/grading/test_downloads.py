"""What learning platforms give is graded as it is: folders, flat files, archives."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from coursekit.errors import CourseError
from coursekit.grading import downloads
from coursekit.grading.downloads import Scratch
from coursekit.grading.submissions import collect

NOTEBOOK = b'{"cells": []}'
METADATA = """
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '0042'
    :email: jane@example.org
  :score: 3.0
submission_12:
  :submitters:
  - :name: Ada L
    :sid:
    :email: ada@example.org
  - :name: Eve
    :email:
submission_13:
  :submitters: []
"""
CANVAS = ("doejane_123_456_01_convolution.ipynb", "leeann_LATE_7_8_01_convolution-2.ipynb")
MOODLE = (
    "Jane Doe_123_assignsubmission_file_/01_convolution.ipynb",
    "Jane Doe_123_assignsubmission_onlinetext_/onlinetext.html",
    "O'Neil_Bob_9_assignsubmission_file_/deep/01_convolution.ipynb",
)


def archive(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return path


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(NOTEBOOK)
    return folder


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, NOTEBOOK)
    return stream.getvalue()


@pytest.fixture
def scratch(tmp_path):
    made = Scratch(tmp_path / "out")
    yield made
    made.close()
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


def students(path: Path, scratch: Scratch | None = None) -> dict[str, int]:
    found, _ = collect(path, scratch)
    return {each.student: len(each.notebooks) for each in found}


def both_ways(tmp_path: Path, scratch: Scratch, *names: str) -> list[dict[str, int]]:
    """The students of a folder and of the same as an archive, bare and in a folder of its own."""
    folder = tree(tmp_path / "in", *names)
    bare = archive(tmp_path / "bare.zip", dict.fromkeys(names, NOTEBOOK))
    within = archive(tmp_path / "within.zip", {f"download/{name}": NOTEBOOK for name in names})
    return [students(folder), students(bare, scratch), students(within, scratch)]


def test_canvas_gives_files_with_names(tmp_path, scratch):
    for found in both_ways(tmp_path, scratch, *CANVAS):
        assert found == {"doejane_123": 1, "leeann_7": 1}


def test_moodle_gives_folders_or_files_for_participants(tmp_path, scratch):
    for found in both_ways(tmp_path, scratch, *MOODLE):
        assert found == {"Jane Doe_123": 1, "O'Neil_Bob_9": 1}
    flat = tree(tmp_path / "flat", "Jane Doe_123_assignsubmission_file_01_convolution.ipynb")
    assert students(flat) == {"Jane Doe_123": 1}


def test_gradescope_says_whose_the_folders_are(tmp_path, scratch):
    names = [f"submission_{n}/01_convolution.ipynb" for n in (11, 12, 13)]
    folder = tree(tmp_path / "assignment_5_export", *names)
    (folder / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    expected = {"0042": 1, "ada@example.org + Eve": 1, "submission_13": 1}
    assert students(folder) == students(tmp_path) == expected
    members = dict.fromkeys((f"export/{name}" for name in names), NOTEBOOK)
    members["export/submission_metadata.yml"] = METADATA.encode()
    assert students(archive(tmp_path / "export.zip", members), scratch) == expected


def test_broken_metadata_are_named(tmp_path):
    folder = tree(tmp_path, "submission_1/01_convolution.ipynb")
    (folder / "submission_metadata.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(CourseError, match=r"submission_metadata.yml cannot be read"):
        collect(folder)


def test_nbgrader_keeps_submissions_in_a_folder_of_that_name(tmp_path, scratch):
    names = "ada/ps1/01_convolution.ipynb", "bob/ps1/01_convolution.ipynb"
    tree(tmp_path / "course" / "submitted", *names)
    for path in (tmp_path / "course", tmp_path / "course" / "submitted"):
        assert students(path) == {"ada": 1, "bob": 1}


def test_one_student_with_a_folder_in_a_folder_stays_one(tmp_path, scratch):
    folder = tree(tmp_path / "in", "ada/week 1/01_convolution.ipynb")
    assert students(folder) == {"ada": 1}
    assert students(archive(tmp_path / "a.zip", {"ada/01_convolution.ipynb": NOTEBOOK}), scratch)


def test_archives_of_students_are_looked_into(tmp_path, scratch):
    folder = tree(tmp_path / "in", "bob/other.ipynb")
    (folder / "bob" / "more.zip").write_bytes(zipped("work/01_convolution.ipynb", "notes.txt"))
    (folder / "ada.zip").write_bytes(zipped("01_convolution.ipynb"))
    (folder / "leeann_7_8_all.zip").write_bytes(zipped("a/01_convolution.ipynb", "b.ipynb"))
    (folder / "eve.zip").write_bytes(b"not an archive")
    (folder / "tom.zip").write_bytes(zipped("notes.txt"))
    found, problems = collect(folder, scratch)
    counts = {each.student: len(each.notebooks) for each in found}
    assert counts == {"ada": 1, "bob": 2, "eve": 0, "leeann_7": 2, "tom": 0}
    assert [(problem.path, problem.reason) for problem in problems] == [
        ("eve.zip", "eve.zip is not a zip archive, damaged or locked."),
        ("tom.zip", "The archive holds no notebook."),
    ]


@pytest.mark.parametrize(
    "name", ["../evil.ipynb", "/evil.ipynb", "a/../../evil.ipynb", "..\\evil.ipynb", "C:/e.ipynb"]
)
def test_no_file_leads_out_of_an_archive(tmp_path, scratch, name):
    members = {name: NOTEBOOK, "ada/01_convolution.ipynb": NOTEBOOK}
    found, problems = collect(archive(tmp_path / "class.zip", members), scratch)
    assert [each.student for each in found] == ["ada"]
    assert "leads out of the archive" in problems[0].reason
    assert not list(tmp_path.rglob("evil*"))


def test_a_link_in_an_archive_is_left_out(tmp_path, scratch):
    path = archive(tmp_path / "class.zip", {"ada/01_convolution.ipynb": NOTEBOOK})
    with zipfile.ZipFile(path, "a") as made:
        link = zipfile.ZipInfo("bob/01_convolution.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert students(path, scratch) == {"ada": 1}


def test_a_bomb_is_cut_off(tmp_path, scratch, monkeypatch):
    monkeypatch.setattr(downloads, "LARGEST", 1 << 21)
    path = archive(tmp_path / "class.zip", {"ada/01_convolution.ipynb": bytes(50 << 20)})
    (found,), _ = collect(path, scratch)
    assert found.notebooks[0].stat().st_size <= 4 << 20
    members = {f"{n}.ipynb": bytes(3 << 20) for n in range(8)}
    folder = tmp_path / "in"
    folder.mkdir()
    archive(folder / "eve.zip", members)
    monkeypatch.setattr("coursekit.grading.submissions.OF_A_STUDENT", 8 << 20)
    _, problems = collect(folder, scratch)
    assert problems[0].reason == "eve.zip is too large when it is unpacked."


def test_names_that_are_not_possible_cost_only_themselves(tmp_path, scratch):
    long = f"{'x' * 300}/01_convolution.ipynb"
    members = {"a/x.ipynb": NOTEBOOK, "a/x.ipynb/y.ipynb": NOTEBOOK, long: NOTEBOOK}
    found, problems = collect(archive(tmp_path / "class.zip", members), scratch)
    assert [each.student for each in found] == ["a"]
    assert ["not possible here" in problem.reason for problem in problems] == [True, True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither a folder nor a zip archive"),
        (b"%PDF-1.4", "neither a folder nor a zip archive"),
        (zipped("ada/01_convolution.ipynb")[:-40], "neither a folder nor a zip archive"),
        (b"rubbishes" + zipped("ada/01_convolution.ipynb")[9:], "damaged or locked"),
    ],
)
def test_what_is_no_archive_is_said_in_one_sentence(tmp_path, scratch, content, said):
    path = tmp_path / "submissions.zip"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=said):
        collect(path, scratch)


def test_an_empty_archive_holds_no_submissions(tmp_path, scratch):
    with pytest.raises(CourseError, match="holds no submissions"):
        collect(archive(tmp_path / "empty.zip", {}), scratch)


def test_what_a_killed_run_has_left_is_removed(tmp_path, scratch):
    left = tmp_path / "out" / ".unpacked-dead"
    tree(left, "1/ada/01_convolution.ipynb")
    path = archive(tmp_path / "class.zip", {"ada/01_convolution.ipynb": NOTEBOOK})
    ((ada,), _) = collect(path, scratch)
    scratch.remove_others()
    assert not left.exists()
    assert ada.notebooks[0].exists()


def test_a_damaged_archive_of_a_student_leaves_nothing_missing(tmp_path, scratch):
    folder = tree(tmp_path / "submissions", "ada/01_convolution.ipynb", "bob/notes.txt")
    (folder / "bob" / "work.zip").write_bytes(zipped("01_convolution.ipynb")[:-30])
    (folder / "eve.zip").write_bytes(b"not an archive")
    found, problems = collect(folder, scratch)
    obstacles = {each.student: each.obstacle for each in found}
    assert obstacles == {
        "ada": "",
        "bob": "work.zip is not a zip archive, damaged or locked.",
        "eve": "eve.zip is not a zip archive, damaged or locked.",
    }
    assert [problem.path for problem in problems] == ["bob/work.zip", "eve.zip"]


def test_who_has_handed_in_no_notebook_is_known_from_an_archive_as_well(tmp_path, scratch):
    names = ["Ada_1_assignsubmission_file_/01_convolution.ipynb"]
    names += ["Bob_2_assignsubmission_file_/essay.pdf", "leeann_7_8_readme.pdf"]
    path = archive(tmp_path / "class.zip", dict.fromkeys(names, NOTEBOOK))
    found, problems = collect(path, scratch)
    same, same_problems = collect(tree(tmp_path / "unpacked", *names))
    assert [(each.student, len(each.notebooks)) for each in found] == [("Ada_1", 1), ("Bob_2", 0)]
    assert [each.student for each in same] == ["Ada_1", "Bob_2"]
    assert problems == same_problems
