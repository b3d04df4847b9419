"""How long after its limit an answer that never ends is gone, whatever it does to stay."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator

import measuring
import pytest
import toy

from coursekit.core.spec import Case, Exercise, Limits
from coursekit.grading import isolation
from coursekit.grading.notebooks import grade_lesson, read
from coursekit.grading.process import Launcher

ROUNDS = 10
SECONDS = 0.3
BOUND = 0.05

ENDLESS = {
    "a loop in Python": "while True:\n    pass",
    "a sum in C": "sum(range(10**15))",
    "one big power": "10 ** (10**9) % 7",
    "a regular expression": "import re\nre.match(r'(a|aa)+$', 'a' * 200 + 'b')",
    "signals ignored": """import signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass""",
    "signals blocked": """import signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
sum(range(10**15))""",
    "every exception caught": """while True:
    try:
        while True:
            pass
    except BaseException:
        pass""",
    "sleeping": "import time\ntime.sleep(10**6)",
    "many threads": """import threading
def spin():
    while True:
        pass
for _ in range(8):
    try:
        threading.Thread(target=spin).start()
    except RuntimeError:
        pass
spin()""",
    "memory touched over and over": """import numpy as np
block = np.ones(10**7)
while True:
    block += 1""",
}

EXERCISE = Exercise(
    id="toy.endless",
    reference=lambda x: x,
    visible=(Case("one", (1,)),),
    hidden=lambda rng: [],
    misconceptions=(),
    hints=("Go on.", "And on."),
    limits=Limits(seconds=SECONDS, memory_mb=512),
)


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    made = isolation.launcher(isolation.choose("auto"))
    made.start(EXERCISE.allowed, EXERCISE.limits.memory_mb).end()
    yield made
    made.close()


class Ending(threading.Thread):
    """Notes when processes end; the kernel tells it at once."""

    def __init__(self, pids: set[int]) -> None:
        super().__init__(daemon=True)
        self.times: dict[int, float] = {}
        self._open = {os.pidfd_open(pid): pid for pid in pids}
        self._poll = select.poll()
        for descriptor in self._open:
            self._poll.register(descriptor, select.POLLIN)

    def run(self) -> None:
        left = dict(self._open)
        limit = time.perf_counter() + 20 * SECONDS
        while left and time.perf_counter() < limit:
            for descriptor, _ in self._poll.poll(100):
                self.times[left.pop(descriptor)] = time.perf_counter()
                self._poll.unregister(descriptor)
        for descriptor in self._open:
            os.close(descriptor)


def leaves() -> set[int]:
    """Return the processes that wait for a submission: they have no children of their own."""
    return {p.pid for p in measuring.family(os.getpid()) if not p.children()}


def test_what_never_ends_is_gone_in_time(tmp_path, launcher):
    print(f"\n\nprocess gone after its limit of {SECONDS} s, {launcher.isolation}, {ROUNDS} rounds")
    print(f"  {measuring.load()}; reading the cells and starting the call included")
    worst = 0.0
    for number, (name, body) in enumerate(ENDLESS.items()):
        lines = "\n".join(f"    {line}" for line in body.split("\n"))
        answer = f'@ck.exercise("toy.endless")\ndef endless(x):\n{lines}'
        path = toy.hand_in(tmp_path, f"s{number}", [toy.IMPORTS, answer])
        code, late = read(path).code, []
        for _ in range(ROUNDS):
            time.sleep(0.05)  # the process for this round is made ahead
            before = leaves()
            ending = Ending(before)
            start = time.perf_counter()
            ending.start()
            (record,) = grade_lesson("ada", code, [EXERCISE], lambda _: None, launcher)
            answered = time.perf_counter() - start - SECONDS
            assert record.status == "timeout", record.reason
            gone = [pid for pid in before if not os.path.exists(f"/proc/{pid}")]
            ending.join(0.1)
            (end,) = (ending.times[pid] for pid in gone)
            late.append((end - start - SECONDS, answered))
        most = [max(times) * 1e3 for times in zip(*late, strict=True)]
        print(f"  {name:<30} gone after {most[0]:6.1f} ms, verdict after {most[1]:6.1f} ms at most")
        worst = max(worst, most[0])
    print(f"  at most {worst:.1f} ms; {measuring.load()}")
    assert worst <= BOUND * 1e3
