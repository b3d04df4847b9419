"""The progress record: survives, never half-written, never in the way."""

import json

import pytest

from coursekit.core import progress


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(progress, "_session", {})
    return tmp_path / "state" / "progress.json"


def test_another_notebook_sees_what_was_done(own_state, monkeypatch):
    progress.record("start.relu", "passed")
    monkeypatch.setattr(progress, "_session", {})
    assert "[x] relu: done" in str(progress.progress())
    assert json.loads(own_state.read_text()) == {"start.relu": "passed"}


def test_running_an_untouched_stub_keeps_an_earlier_success():
    progress.record("start.relu", "passed")
    progress.record("start.relu", "not_attempted")
    assert "[x] relu: done" in str(progress.progress())


def test_a_later_wrong_answer_counts():
    progress.record("start.relu", "passed")
    progress.record("start.relu", "error")
    assert "[!] relu: wrong" in str(progress.progress())


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "null"])
def test_a_damaged_record_is_started_anew(own_state, content):
    own_state.parent.mkdir()
    own_state.write_text(content)
    progress.record("start.relu", "passed")
    assert json.loads(own_state.read_text()) == {"start.relu": "passed"}


def test_every_lesson_is_listed_in_order():
    numbers = [row.number for row in progress.progress().rows]
    assert numbers == sorted(numbers)
    assert numbers[:2] == [0, 1]


def test_the_html_names_every_exercise():
    html = progress.progress().html()
    assert all(name in html for row in progress.progress().rows for name, _ in row.exercises)
