"""Finds the files that a student's process needs: the interpreter's and those of packages."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import sys
import sysconfig
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path


def interpreter() -> tuple[list[str], list[str]]:
    """Return what Python needs of the file system, and folders of packages in it to leave out."""
    libraries = {
        os.path.dirname(line.split()[-1])
        for line in Path("/proc/self/maps").read_text().splitlines()
        if ".so" in line and "/" in line
    }
    standard = os.path.realpath(sysconfig.get_path("stdlib"))
    elsewhere = {str(Path(f).resolve()) for f in sys.path if f.endswith(("-packages", ".zip"))}
    system = {
        folder
        for folder in libraries
        if not folder.startswith(standard) and not any(folder.startswith(e) for e in elsewhere)
    }
    program = os.path.realpath(sys.executable)
    wanted = [*system, standard, program, "/etc/ld.so.cache"]
    wanted += [os.path.realpath("/lib64")]
    wanted += [name for name in ("/lib", "/lib64") if not os.path.islink(name)]
    shown = sorted({path for path in wanted if os.path.exists(path)})
    masked = {
        str(found)
        for path in shown
        for pattern in ("*-packages", "python3*/*-packages", "python3/*-packages")
        for found in Path(path).glob(pattern)
    }
    return shown, sorted(masked)


def files(packages: Sequence[str]) -> dict[str, str]:
    """Return the top-level files of packages and of what they require, by name."""
    found: dict[str, str] = {}
    waiting, seen = [*packages], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        with contextlib.suppress(metadata.PackageNotFoundError):
            distribution = metadata.distribution(name)
            for file in distribution.files or []:
                top = file.parts[0]
                if top not in found and top not in ("..", "__pycache__", "bin"):
                    found[top] = str(distribution.locate_file(top))
            for requirement in distribution.requires or []:
                if "extra ==" not in requirement:
                    waiting.append(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])
    return found


def folders(packages: Sequence[str]) -> list[str]:
    """Return the folders in which the packages are installed."""
    found = []
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec and spec.submodule_search_locations:
            folder = str(Path(next(iter(spec.submodule_search_locations))).parent)
            if folder not in found:
                found.append(folder)
    return found
