"""Two hundred kills at random moments of a run over three hundred submissions."""

from __future__ import annotations

import os
import time

import cohort
import measuring
import survival

#: Fewer for a quick look: COURSEKIT_KILLS=20.
KILLS = int(os.environ.get("COURSEKIT_KILLS", "200"))
COUNT = 300


def test_kills_at_random_moments(tmp_path):
    cohort.write(tmp_path / "in", COUNT, outputs=False)
    seed = time.time_ns()
    print(f"\n\n{KILLS} kills of runs over {COUNT} submissions, seed {seed}; {measuring.load()}")
    start = time.perf_counter()
    for outcome in survival.kill_and_restart(tmp_path / "in", tmp_path, KILLS, seed, longest=6.0):
        if outcome.kills % 25 == 0:
            print(f"  {outcome.kills} kills, {time.perf_counter() - start:.0f} s")
    print(f"  {outcome.rounds} runs, each ended with the table of the undisturbed one:")
    print(f"  {not outcome.problems}; {measuring.load()}")
    assert outcome.problems == []
