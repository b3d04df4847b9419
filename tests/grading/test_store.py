from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import toy

from coursekit.core.spec import Case
from coursekit.errors import CourseError
from coursekit.grading import fingerprints, run, tasks
from coursekit.grading.process import PlainLauncher
from coursekit.grading.records import Record
from coursekit.grading.store import Store
from coursekit.grading.submissions import collect

RECORD = Record("ada", "toy", "toy.scale", 1, 1, "passed")


@pytest.mark.parametrize("reason", ["", "raises “Größe”", "because \ud800"])
def test_what_is_saved_is_there_after_the_file_is_opened_again(tmp_path: Path, reason: str) -> None:
    record = replace(RECORD, reason=reason)
    store = Store(tmp_path / "a.sqlite")
    store.save([(record, "print")])
    store.close()
    again = Store(tmp_path / "a.sqlite")
    assert again.known("ada") == {"toy.scale": "print"}
    assert again.get("ada", "toy.scale") == record
    assert again.known("bob") == {}
    again.close()


def test_what_was_not_graded_is_tried_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.sqlite")
    store.save([(replace(RECORD, status="ungraded", points=None), "print")])
    store.close()
    assert Store(tmp_path / "a.sqlite").known("ada") == {}


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


def grade_again(folder: Path, secret: bytes = b"secret", tier: str = "process") -> list[str]:
    """Grade a class and name what was graded anew."""
    store = Store(folder.parent / "grading.sqlite")
    found, _ = collect(folder)
    job, launcher = run.Run(found, store), PlainLauncher()
    launcher.isolation = tier
    graded = []

    def runner(given):
        for done in tasks.run_here(given, launcher, secret):
            graded.extend(f"{record.student}:{record.exercise}" for record, _ in done.graded)
            yield done

    job.grade(runner)
    store.close()
    assert [r.status for r in job.records if r.exercise == "toy.shift"] == ["passed"] * 2
    assert len(job.records) == 4
    return graded


@pytest.mark.usefixtures("toy_lesson")
def test_only_what_has_changed_is_graded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    for student in ("ada", "bob"):
        toy.hand_in(folder, student, [toy.IMPORTS, toy.RIGHT_SCALE, toy.RIGHT_SHIFT])
    everything = ["ada:toy.scale", "ada:toy.shift", "bob:toy.scale", "bob:toy.shift"]
    assert grade_again(folder) == everything
    assert grade_again(folder) == []

    toy.hand_in(folder, "bob", [toy.IMPORTS, toy.STUB_SCALE, toy.RIGHT_SHIFT])
    assert grade_again(folder) == ["bob:toy.scale", "bob:toy.shift"]
    assert grade_again(folder) == []

    path = folder / "ada" / toy.LESSON.notebook
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "6\n"}]
    tree["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "A remark."})
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert grade_again(folder) == []

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
    job = run.Run(found, store)

    def half(given):
        done = next(tasks.run_here(given, PlainLauncher(), b"s"))
        yield replace(done, graded=done.graded[:1], left=("toy.shift",))

    job.grade(half)
    assert job.records == []
    store.close()
