"""Submissions that attack the grader, and what must come of them.

``submissions/CLASS/NAME.py`` are notebooks in readable form, one attack each, in the classes of
``CLASSES``: every class has at least one. The comments at the head of a file say what is expected:

- ``expect``: the statuses of ``vault.scale`` that are right answers to this attack;
- ``reason``: a regular expression that the record's reason matches;
- ``points``: the honest score (0 if not given), which is never exceeded;
- ``limit``: the seconds that a case may take, for attacks that use them up (otherwise plenty);
- ``others``: what becomes of the notebook's other exercises, right answers that are added where
  the file has none (``passed`` if not given);
- ``beyond TIER``: why that tier by its nature cannot hold the attack. It is run there all the same,
  and reported as an expected failure with this reason if it succeeds.

After ``# %%`` comes a code cell; ``# !`` before a line stands for text that is not Python;
``@word@`` is filled in by the test (paths, ports). ``files.py`` holds what is broken as a file
(JSON, archives, links, names), ``vault.py`` the lesson with canaries in its hidden cases,
``world.py`` what the tests watch (processes, files, sockets, what a student's process sends).

``test_attacks.py`` runs every attack in every isolation level that the machine offers: the score
is never above the honest one, the reason says what happened, the next student is graded fully
correctly on the same worker, and no process, file or memory segment stays behind.
``test_files.py`` hands in the files, ``test_torch.py`` tensors and trainings, ``test_command.py``
runs attacks through ``coursekit grade`` with two workers, ``test_pages.py`` looks at markup.
``test_leaks.py`` searches for the canaries in the memory of the student's process and in every
file of a run. ``test_fuzzing.py`` decodes and judges twenty thousand hostile frames,
``../bench_wire.py`` a million.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

#: The classes of attacks; each is a folder of ``submissions`` or a group of ``files.FILES``.
CLASSES = {
    "equality": "equality that lies",
    "patching": "patched libraries, builtins, syntax trees and hooks",
    "reading": "reading tests, answers, other processes; telling what was read",
    "frames": "forged, oversized, malformed, deep, truncated, interleaved frames",
    "decoders": "pickles and gadgets for decoders",
    "files": "races for result files, daemons, modules that shadow others",
    "markers": "what other graders read from stdout",
    "ending": "ways to end or to be ended",
    "loops": "never ending, in every way",
    "resources": "forks, threads, memory, disk, output, stack",
    "network": "TCP, UDP, unix and netlink sockets",
    "outside": "writing outside, to other students' files, to the store",
    "state": "leaving something for the next student",
    "guessing": "hard-coded answers; behaviour that detects grading",
    "banned": "the reference and packages that are not allowed",
    "buffers": "changed inputs, views, one buffer for all answers",
    "values": "values that are almost right, or that nobody can hold",
    "clocks": "random generators and clocks",
    "cells": "cells that were edited, lost, doubled, broken",
    "notebooks": "files that are hardly notebooks",
    "pages": "markup and formulas in names and texts",
}

#: Seconds in which even a busy machine gets through a case.
PLENTY = 5.0

SUBMISSIONS = Path(__file__).parent / "submissions"


@dataclass(frozen=True)
class Attack:
    """A hostile submission and what must come of it."""

    group: str
    name: str
    text: str
    statuses: frozenset[str]
    reason: str
    points: int = 0
    limit: float = PLENTY
    others: str = "passed"
    beyond: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its place in the folder."""
        return f"{self.group}-{self.name}"

    def cells(self, words: dict[str, str]) -> list[str]:
        """Return the sources of the code cells with ``@word@`` filled in."""
        text = re.sub(r"^# !", "", self.text, flags=re.MULTILINE)
        for word, meaning in words.items():
            text = text.replace(f"@{word}@", meaning) if f"@{word}@" in text else text
        text = text.replace("coursekit-attack", words["trace"])
        return [part.strip("\n") for part in text.split("# %%\n")[1:]]


def _read(path: Path) -> Attack:
    text = path.read_text(encoding="utf-8")
    notes = dict(re.findall(r"^# ([a-z ]+): ?(.*)$", text.split("# %%\n")[0], re.MULTILINE))
    return Attack(
        group=path.parent.name,
        name=path.stem,
        text=text,
        statuses=frozenset(notes["expect"].split()),
        reason=notes["reason"],
        points=int(notes.get("points", "0")),
        limit=float(notes.get("limit", PLENTY)),
        others=notes.get("others", "passed"),
        beyond={k.removeprefix("beyond "): v for k, v in notes.items() if k.startswith("beyond ")},
    )


ATTACKS = tuple(_read(path) for path in sorted(SUBMISSIONS.glob("*/*.py")))
