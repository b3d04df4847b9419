"""A million hostile frames: only typed errors, and how long and how large the worst ones are.

``pytest --override-ini 'python_files=bench_*.py' tests/grading/bench_wire.py -s``; the variable
``COURSEKIT_FRAMES`` gives another count, ``COURSEKIT_SEED`` another seed.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from attacks import fuzzing

from coursekit.grading.child import wire

COUNT = int(os.environ.get("COURSEKIT_FRAMES", 1_000_000))
SEED = int(os.environ.get("COURSEKIT_SEED", 1))


def _tell(title: str, frames: Iterable[Any], work: Callable[[Any], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    slowest = 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    with fuzzing.little_memory():
        for frame in frames:
            start = time.perf_counter()
            counts[work(frame)] += 1
            slowest = max(slowest, time.perf_counter() - start)
    took = time.process_time() - begin
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    total = sum(counts.values())
    print(f"\n{title}: {total:,} frames in {took:.1f} s, {dict(counts)}")
    print(f"  slowest {slowest * 1e3:.1f} ms, memory grew by {more:.1f} MB")
    return counts


def test_a_million_frames() -> None:
    half = COUNT // 2
    trees = _tell("trees", fuzzing.frames(half, SEED), lambda frame: fuzzing.judged(*frame))
    damaged = _tell("damaged", fuzzing.damaged(half, SEED + 1), fuzzing.decoded)
    assert trees["judged"]
    assert damaged["refused"]


def test_the_largest_frames_that_are_allowed() -> None:
    caps = wire.Caps()
    prime = (1 << 61) - 1
    numbers = ",".join(["1"] * (caps.header // 2 - 20))
    headers = {
        "numbers": f'{{"list":[{numbers}]}}',
        "types": '{"list":[' + ",".join(['{"other":"a"}'] * 70_000) + "]}",
        "empty arrays": '{"list":[' + ",".join(['{"array":["|u1",[0]]}'] * 45_000) + "]}",
        "hollow arrays": '{"list":[' + ",".join(['{"shell":["a","O",[9]]}'] * 40_000) + "]}",
        "colliding keys": json.dumps({"dict": [[k * prime, 0] for k in range(1, 20_000)]}),
        "texts as keys": json.dumps({"dict": [[f"{k:06}", 0] for k in range(50_000)]}),
        "one text": json.dumps("x" * (caps.header - 10)),
        "one number": "1" * (caps.header - 10),
        "deep": '{"list":[' * 100_000,
        "deep lists": "[" * (caps.header - 1),
    }
    for name, header in headers.items():
        data = header.encode()[: caps.header]

        def work(frame: bytes) -> str:
            try:
                wire.decode(frame, bytearray(), caps)
            except wire.WireError as error:
                return f"refused: {error}"
            return "decoded"

        _tell(name, [data] * 3, work)
