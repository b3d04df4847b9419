"""Canaries in every hidden case: in a student's process and in all that a run writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from attacks import vault, world
from attacks.world import World
from coursekit.grading import isolation
from coursekit.grading.judge import Session

#: Right in the visible cases; in hidden ones it keeps what it gets and answers nothing useful.
_KEEPER = """
KEPT = []


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    KEPT.append(x)
    return x * factor if x.size < 10 else np.zeros(x.shape)
"""
_KEEPER_OF_TEXT = """
WORDS = []


@ck.exercise("vault.greet")
def greet(name):
    WORDS.append(name)
    return {"text": f"hello {name[::-1]}" if name == "ada" else "", "length": len(name)}
"""
_KEEPER_OF_ROWS = """
ROWS = []


@ck.exercise("vault.shift")
def shift(x):
    ROWS.append(x)
    return np.roll(x, 1) if x.size == 4 else np.zeros(x.shape)
"""


@pytest.fixture(scope="module", params=isolation.TIERS)
def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A watched worker of a tier."""
    problem = isolation.problem(request.param)
    if problem:
        pytest.skip(f"{request.param} is not to be had here: {problem}")
    with world.made(request.param, tmp_path_factory.mktemp(f"leaks-{request.param}")) as made:
        yield made


def memory_of(child: Any) -> bytes:
    """Read all that a student's process has in its memory, from outside."""
    process = child._process
    if isinstance(process, int):
        about = Path(f"/proc/self/fdinfo/{process}").read_text()
        pid = int(re.search(r"^Pid:\s*(\d+)$", about, re.MULTILINE)[1])
    else:
        pid = process.pid
    found = [Path(f"/proc/{pid}/cmdline").read_bytes(), Path(f"/proc/{pid}/environ").read_bytes()]
    found += [str(link.readlink()).encode() for link in Path(f"/proc/{pid}/fd").iterdir()]
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            low, high = (int(part, 16) for part in line.split()[0].split("-"))
            if line.split()[1].startswith("rw"):
                memory.seek(low)
                found.append(memory.read(high - low))
    return b"\0".join(found)


def test_a_process_never_holds_an_answer(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, bytes] = {}
    end = Session.end

    def look_and_end(session: Session, by_itself: bool = False) -> str:
        if session._child is not None:
            seen["ada" if "ada" not in seen else "zoe"] = memory_of(session._child)
        return end(session, by_itself)

    monkeypatch.setattr(Session, "end", look_and_end)
    keeper = world.right_notebook(scale=_KEEPER, greet=_KEEPER_OF_TEXT, shift=_KEEPER_OF_ROWS)
    with here.handed_in(ada=keeper, zoe=world.right_notebook()):
        try:
            graded = here.grade()
        except PermissionError:
            pytest.skip("this account may not read the memory of the processes that it starts")
    assert {record.reason[:13] for record in graded.of("ada").values()} == {"Hidden case 1"}
    mine, neighbour = here.canaries("ada"), here.canaries("zoe")
    # The search works: what the process was given and has kept is found.
    assert len(world.found_in(seen["ada"], mine.inputs)) >= len(mine.inputs) // 2
    assert len(world.found_in(seen["zoe"], neighbour.answers)) > 0
    # What it was not given is not there: the rest of its cases, other students', the key.
    assert world.found_in(seen["ada"], [*mine.answers, *mine.labels, *world.MARKERS]) == []
    theirs = [*neighbour.inputs, *neighbour.answers, *neighbour.labels]
    assert world.found_in(seen["ada"], theirs) == []
    assert world.found_in(seen["zoe"], [*mine.inputs, *mine.answers, *mine.labels]) == []


def test_nothing_that_a_run_writes_tells_a_hidden_case(here: World) -> None:
    wrong = {
        "wrong": world.right_notebook(scale=_KEEPER, greet=_KEEPER_OF_TEXT, shift=_KEEPER_OF_ROWS),
        "raises": world.right_notebook(
            scale="@ck.exercise('vault.scale')\ndef scale(x, factor=2.0):\n"
            "    if x.size < 10:\n        return x * factor\n    raise ValueError(x, factor)",
            greet="@ck.exercise('vault.greet')\ndef greet(name):\n"
            "    return vars()[name] if name != 'ada' else {'text': 'hello ada', 'length': 3}",
        ),
        "changes": world.right_notebook(
            shift="@ck.exercise('vault.shift')\ndef shift(x):\n"
            "    if x.size > 4:\n        x[:] = 0\n    return np.roll(x, 1)",
        ),
    }
    with here.handed_in(zoe=world.right_notebook(), **wrong):
        graded = here.grade()
        students = [*wrong, "zoe"]
        for name, content in graded.output.items():
            if name != "grading.secret":
                for student in students:
                    texts = [*here.canaries(student).texts, *world.MARKERS]
                    assert world.found_in(content, texts) == [], (name, student)
    assert {record.status for record in graded.of("raises").values()} == {"error", "passed"}
    assert vault.CANARY.encode() in graded.output["grading.secret"]
