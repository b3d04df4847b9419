from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import toy

from coursekit.core.spec import Case
from coursekit.errors import CourseError
from coursekit.grading import fingerprints, run
from coursekit.grading.pool import Task
from coursekit.grading.process import PlainLauncher
from coursekit.grading.records import Record
from coursekit.grading.store import Store
from coursekit.grading.submissions import collect

RECORD = Record("ada", "toy", "toy.scale", 1, 1, "passed")


def test_what_is_saved_is_there_after_the_file_is_opened_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.sqlite")
    store.save([(RECORD, "print")])
    store.close()
    again = Store(tmp_path / "a.sqlite")
    assert again.get("ada", "toy.scale", "print") == RECORD
    assert again.get("ada", "toy.scale", "other print") is None
    assert again.get("bob", "toy.scale", "print") is None
    again.close()


def test_what_was_not_graded_is_tried_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.sqlite")
    store.save([(replace(RECORD, status="ungraded", points=None), "print")])
    store.close()
    assert Store(tmp_path / "a.sqlite").get("ada", "toy.scale", "print") is None


def test_a_damaged_file_and_a_second_run_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(CourseError, match="is damaged: delete it"):
        Store(tmp_path / "broken.sqlite")
    first = Store(tmp_path / "a.sqlite")
    with pytest.raises(CourseError, match="Another run is writing"):
        Store(tmp_path / "a.sqlite")
    first.close()


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.sqlite")
    store.save([(RECORD, "print")])
    store._database.execute("PRAGMA max_page_count=4")
    with pytest.raises(CourseError, match="cannot be written: database or disk is full"):
        store.save((replace(RECORD, student=f"s{i}"), "print") for i in range(1000))
    store.close()
    again = sqlite3.connect(tmp_path / "a.sqlite")
    assert again.execute("SELECT count(*) FROM records").fetchone() == (1,)
    again.close()


class Counting:
    """A runner that counts what it is asked to grade."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.launcher = PlainLauncher()

    def __call__(self, tasks):
        tasks = list(tasks)
        self.asked += [f"{t.student}:{e}" for t in tasks for e in t.exercises]
        return run.run_here(tasks, self.launcher, b"secret")


def grade_again(folder: Path, secret: bytes = b"secret", tier: str = "process") -> list[str]:
    store = Store(folder.parent / "grading.sqlite")
    found, _ = collect(folder)
    job, runner = run.Run(found, store, secret, tier), Counting()
    job.grade(runner)
    store.close()
    assert len(job.records) == 4
    return runner.asked


@pytest.mark.usefixtures("toy_lesson")
def test_only_what_has_changed_is_graded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    for student in ("ada", "bob"):
        toy.hand_in(folder, student, [toy.RIGHT_SCALE, toy.RIGHT_SHIFT])
    everything = ["ada:toy.scale", "ada:toy.shift", "bob:toy.scale", "bob:toy.shift"]
    assert grade_again(folder) == everything
    assert grade_again(folder) == []

    toy.hand_in(folder, "bob", [toy.STUB_SCALE, toy.RIGHT_SHIFT])
    assert grade_again(folder) == ["bob:toy.scale", "bob:toy.shift"]

    visible = [*toy.SHIFT.visible, Case("five", toy.SHIFT.visible[0].args)]
    changed = replace(toy.LESSON, exercises=(toy.SCALE, replace(toy.SHIFT, visible=visible)))
    monkeypatch.setattr(toy, "LESSON", changed)
    assert grade_again(folder) == ["ada:toy.shift", "bob:toy.shift"]

    assert grade_again(folder, secret=b"another") == everything
    assert grade_again(folder, secret=b"another", tier="sealed") == everything


@pytest.mark.parametrize(
    "change",
    [
        {"points": 5},
        {"allowed": ("numpy", "torch")},
        {"misconceptions": ()},
        {"visible": toy.SCALE.visible[:1]},
        {"hidden": lambda rng: toy._hidden(rng)[:2]},
        {"reference": lambda x, factor=2.0: x * factor + 1},
        {"terms": lambda case: 7},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_exercise_has_another_fingerprint_when_it_asks_something_else(change) -> None:
    before = fingerprints.of_exercise(toy.SCALE)
    assert fingerprints.of_exercise(replace(toy.SCALE, hints=("a", "b"))) == before
    assert fingerprints.of_exercise(replace(toy.SCALE, **change)) != before


@pytest.mark.usefixtures("toy_lesson")
def test_a_submission_is_stored_when_all_of_it_is_done(tmp_path: Path) -> None:
    toy.hand_in(tmp_path / "in", "ada", [toy.RIGHT_SCALE, toy.RIGHT_SHIFT])
    found, _ = collect(tmp_path / "in")
    store = Store(Path(":memory:"))
    job = run.Run(found, store, b"s", "process")

    def half(tasks):
        (task,) = tasks
        yield from run.run_here(
            [Task(task.student, task.room, task.path, ("toy.scale",))], PlainLauncher(), b"s"
        )

    job.grade(half)
    assert job.records == []
    store.close()
