"""Chooses what stands between a student's code and the grader on this machine."""

from __future__ import annotations

import sys

from coursekit.errors import CourseError
from coursekit.grading.process import Launcher, PlainLauncher

#: From the strongest to the weakest.
TIERS = ("sealed", "restricted", "process")


def launcher(tier: str) -> Launcher:
    """Return what starts student processes in a tier.

    Raises:
        OSError: if this system cannot have the tier at all.
    """
    if tier == "process":
        return PlainLauncher()
    if sys.platform != "linux":
        raise OSError("only on Linux")
    from coursekit.grading import restricted, sandbox

    start = sandbox.start_sealed if tier == "sealed" else restricted.start
    return sandbox.ForkingLauncher(tier, start)


def problem(tier: str) -> str | None:
    """Try a tier for real: ``None`` if it works here, else what is wrong."""
    try:
        trial = launcher(tier)
        try:
            trial.start(("numpy",), 256).end()
        finally:
            trial.close()
    except (OSError, CourseError) as error:
        return str(error)
    return None


def choose(wanted: str) -> str:
    """Return the tier to use: the one that is wanted, or for ``auto`` the strongest real boundary.

    Raises:
        CourseError: if the tier, or any real boundary, is not to be had here.
    """
    if wanted not in ("auto", *TIERS):
        raise CourseError(f"There is no isolation {wanted!r}: auto, {', '.join(TIERS)}.")
    if wanted == "process":
        return wanted
    problems = {}
    for tier in TIERS[:-1] if wanted == "auto" else (wanted,):
        found = problem(tier)
        if found is None:
            return tier
        problems[tier] = found
    reasons = "; ".join(f"{tier}: {reason}" for tier, reason in problems.items())
    if wanted != "auto":
        raise CourseError(f"Isolation is not possible here ({reasons}).")
    raise CourseError(
        f"This machine offers no boundary around students' code ({reasons}): grade on Linux with "
        "bubblewrap, or accept with --isolation process that hostile code could reach your files."
    )
