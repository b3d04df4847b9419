"""A made-up class: many submissions of lesson 01, each in the real notebook, with what it deserves.

The answers come from ``cohort_answers.md``. The same count and seed give the same class.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NOTEBOOK = HERE.parents[1] / "notebooks" / "01_convolution.ipynb"
ROOM = "convolution"

#: What an exercise deserves: (status, misconception or "").
Deserved = tuple[str, str]
#: A class: student -> exercise id -> what it deserves.
Table = dict[str, dict[str, Deserved]]

PASSED: Deserved = ("passed", "")

#: What the answers need of the notebook.
HELPER = """import numpy as np

def pair(value):
    rows, columns = (value, value) if np.ndim(value) == 0 else value
    return int(rows), int(columns)
"""

_SECTION = re.compile(r"^## (\w+)$", re.MULTILINE)
_ANSWER = re.compile(r"^### (?P<said>[^\n]+)\n\n```python\n(?P<source>.*?)^```$", re.M | re.S)
_EXERCISE = re.compile(r'@ck\.exercise\("convolution\.(\w+)"\)')

#: How many of a hundred students are of each kind.
KINDS = {
    "right": 45,
    "partly wrong": 25,
    "partly done": 15,
    "untouched": 4,
    "one cell is no Python": 4,
    "one answer with torch": 2,
    "one cell deleted": 1,
    "broken file": 3,
    "nothing handed in": 1,
}


@dataclass(frozen=True)
class Answer:
    """One way to answer an exercise, what it deserves, and the exercises that it calls."""

    exercise: str
    deserved: Deserved
    style: str
    source: str
    calls: frozenset[str]


@cache
def answers() -> dict[str, tuple[Answer, ...]]:
    """Return all answers by the name of the exercise, in the order of the file."""
    parts = _SECTION.split((HERE / "cohort_answers.md").read_text(encoding="utf-8"))[1:]
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    return {name: tuple(_answers(name, text, texts)) for name, text in texts.items()}


def _answers(name: str, text: str, names: Mapping[str, str]) -> list[Answer]:
    found = []
    for match in _ANSWER.finditer(text):
        said, _, style = match["said"].partition(" | ")
        status, _, mistake = said.partition(": ")
        source = match["source"].strip()
        calls = {other for other in names if other != name and f"{other}(" in source}
        deserved = status, mistake
        found.append(Answer(name, deserved, style or mistake, source, frozenset(calls)))
    return found


def write(
    folder: Path,
    count: int,
    seed: int = 0,
    loops: int = 0,
    outputs: bool = True,
    kinds: Mapping[str, int] = KINDS,
) -> Table:
    """Write a folder for each student and return what each exercise deserves.

    Args:
        folder: where the folders go.
        count: number of students.
        seed: of the choice of answers.
        loops: so many of the students have an answer that never ends, evenly among the others.
        outputs: whether notebooks keep their stored outputs, pictures included, as Jupyter saves
            them; otherwise all are cleared.
        kinds: how many of a hundred are of each kind.
    """
    saved, cleared = _Template(outputs), _Template(outputs=False)
    table: Table = {}
    for work in students(count, seed, loops, kinds):
        own = folder / work.student
        own.mkdir(parents=True)
        deserved = work.deserved
        text = (cleared if work.clears_outputs else saved).fill(
            {name: f"# {work.student}\n{source}" for name, source in work.sources.items()}
        )
        if work.kind == "broken file":
            text = _break(text, saved.names.index(work.special))
            deserved = dict.fromkeys(deserved, ("ungraded", ""))
        if work.kind == "nothing handed in":
            deserved = dict.fromkeys(deserved, ("missing", ""))
        else:
            (own / NOTEBOOK.name).write_text(text, encoding="utf-8")
        table[work.student] = {f"{ROOM}.{name}": deserved[name] for name in deserved}
    return table


@dataclass(frozen=True)
class Work:
    """What a student has written: source and what it deserves, by the name of the exercise."""

    student: str
    kind: str
    sources: dict[str, str]
    deserved: dict[str, Deserved]
    special: str
    clears_outputs: bool


def students(
    count: int, seed: int = 0, loops: int = 0, kinds: Mapping[str, int] = KINDS
) -> Iterator[Work]:
    """Make up the students of a class, as in ``write``."""
    names = _Template(outputs=False).names
    for number in range(count):
        # Each with their own: the others stay the same whoever has an endless loop.
        rng = random.Random(f"{seed}:{number}")
        endless = loops > 0 and number % (count // loops) == count // loops // 2
        kind = "right" if endless else rng.choices([*kinds], [*kinds.values()])[0]
        special = rng.choice(names)
        sources, deserved = _choose(rng, kind, special if endless else "", special, names)
        # One in five clears the outputs before handing in.
        yield Work(f"student-{number:04d}", kind, sources, deserved, special, rng.random() < 0.2)


def hand_in(folder: Path, student: str, sources: Mapping[str, str]) -> Path:
    """Write one student's notebook with these functions; the other exercises stay stubs."""
    template = _Template(outputs=True)
    filled = {name: _marked(name, sources.get(name) or _stub(name)) for name in template.names}
    path = folder / student / NOTEBOOK.name
    path.parent.mkdir(parents=True)
    path.write_text(template.fill(filled), encoding="utf-8")
    return path


def _stub(name: str) -> str:
    return f"def {name}(*args, **kwargs):\n    raise NotImplementedError"


def _choose(
    rng: random.Random, kind: str, endless: str, special: str, names: Sequence[str]
) -> tuple[dict[str, str], dict[str, Deserved]]:
    """Choose a student's answers; one that calls another exercise only where that one is right."""
    sources: dict[str, str] = {}
    deserved: dict[str, Deserved] = {}
    done = rng.randrange(1, len(names)) if kind == "partly done" else len(names)
    for place, name in enumerate(names):
        right_ones = {other for other, status in deserved.items() if status == PASSED}
        usable = [answer for answer in answers()[name] if answer.calls <= right_ones]
        wrong = kind == "partly wrong" and rng.random() < 0.4
        chosen = rng.choice([a for a in usable if (a.deserved == PASSED) != wrong])
        source, outcome = _marked(name, chosen.source), chosen.deserved
        if name == endless:
            source = _marked(name, f"def {name}(*args, **kwargs):\n    while True:\n        pass")
            outcome = "timeout", ""
        elif kind == "untouched" or place >= done:
            source, outcome = _marked(name, _stub(name)), ("not_attempted", "")
        elif kind == "one cell is no Python" and name == special:
            source, outcome = source.replace("return", "return (", 1), ("error", "")
        elif kind == "one answer with torch" and name == special:
            source = source.replace("):\n", "):\n    torch.manual_seed(0)\n", 1)
            source, outcome = f"import torch\n\n{source}", ("failed", "")
        elif kind == "one cell deleted" and name == special:
            source, outcome = "", ("missing", "")
        sources[name], deserved[name] = source, outcome
    return sources, deserved


def _marked(name: str, source: str) -> str:
    """Put the exercise's decorator above its function."""
    decorator = f'@ck.exercise("{ROOM}.{name}")\n'
    return re.sub(rf"^(?=def {name}\()", decorator, source, flags=re.MULTILINE)


def _break(text: str, way: int) -> str:
    half = len(text) // 2
    merge = f"\n<<<<<<< HEAD\n{text[half:]}\n=======\n{text[half:]}\n>>>>>>> theirs\n"
    return ("", text[:half], text[:half] + merge)[way % 3]


class _Template:
    """The real notebook as text with a gap in the place of each exercise's source."""

    def __init__(self, outputs: bool) -> None:
        tree = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
        names = []
        for cell in tree["cells"]:
            if cell["cell_type"] != "code":
                continue
            if not outputs:
                cell |= {"outputs": [], "execution_count": None}
            found = _EXERCISE.search("".join(cell["source"]))
            if found:
                names.append(found[1])
                cell["source"] = f"\0{found[1]}\0"
        self.names = tuple(names)
        assert sorted(names) == sorted(answers()), "answers and notebook have other exercises"
        gap = re.compile(r'"\\u0000(\w+)\\u0000"')
        parts = gap.split(json.dumps(tree, indent=1, ensure_ascii=False))
        self._texts, self._gaps = parts[::2], parts[1::2]

    def fill(self, sources: Mapping[str, str]) -> str:
        """Return the notebook with these sources in the exercises' cells."""
        filled = [self._texts[0]]
        for name, text in zip(self._gaps, self._texts[1:], strict=True):
            lines: Any = sources[name].splitlines(keepends=True)
            filled += [json.dumps(lines), text]
        return "".join(filled)


def differences(records: Sequence[Mapping[str, Any]], table: Table) -> list[str]:
    """Name the records that are not what the answers deserve, and what is missing or too much."""
    given: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in records:
        given.setdefault((record["student"], record["exercise"]), []).append(record)
    found = []
    for student, exercises in table.items():
        for exercise, (status, mistake) in exercises.items():
            own = given.pop((student, exercise), [])
            said = [(r["status"], r["misconception"] if mistake else "") for r in own]
            if said != [(status, mistake)]:
                reasons = [r["reason"] for r in own]
                found.append(f"{student} {exercise}: {said} {reasons}, not {(status, mistake)}")
    return found + [f"{student} {exercise}: not asked for" for student, exercise in given]
