"""The tier ``restricted``: no sandbox around the zygote, Landlock rules for its processes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from coursekit.grading import installed
from coursekit.grading.process import CHILD, python
from coursekit.grading.sandbox import NOBODY, Started, config_for, popen


def start(packages: Sequence[str], control: int) -> Started:
    """Start a zygote whose processes take on Landlock rules."""
    shown, masked = installed.interpreter()
    readable, listed = _without(shown, masked)
    readable += [*installed.files(packages).values(), str(CHILD), "/dev/null", "/dev/urandom"]
    reachable = all(os.stat(p).st_mode & 1 for path in readable for p in Path(path).parents)
    # An account without rights could not read an interpreter that is root's alone.
    drop = os.geteuid() == 0 and reachable
    config = config_for(packages, sealed=False) | {
        "paths": installed.folders(packages),
        "account": [NOBODY, NOBODY] if drop else None,
        "absent": [],
        "readable": readable,
        "listed": listed,
    }
    command = python("zygote", CHILD.parent, config["paths"])
    return popen([*command, str(control)], [control]), config


def _without(paths: Sequence[str], masked: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split folders into their entries where something in them is left out.

    Returns:
        what may be read, and the folders that were split: Python lists them to find modules.
    """
    readable, listed, waiting = [], [], [*paths]
    while waiting:
        path = waiting.pop()
        if any(mask.startswith(f"{path}/") for mask in masked):
            listed.append(path)
            waiting += [entry.path for entry in os.scandir(path)]
        elif path not in masked:
            readable.append(path)
    return readable, listed
