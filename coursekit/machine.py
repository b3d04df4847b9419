"""What this machine can do for the course, and what to do where something is missing.

Packages are imported inside the checks, so that the report also comes where one is missing.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from coursekit.errors import CourseError

State = Literal["ok", "limited", "missing", "not tried"]

PYTHONS = ((3, 11), (3, 13))
COMFORTABLE_MEMORY = 4e9
# Importing torch from a slow disk takes long; a driver that hangs takes for ever.
GPU_SECONDS = 60

_ASK_TORCH = """
import torch
cuda = torch.cuda.is_available()
mps = torch.backends.mps.is_available()
name = torch.cuda.get_device_name(0) if cuda else "Apple GPU (mps)" if mps else ""
print("GPU:" + name)
"""


@dataclass(frozen=True)
class Finding:
    """One line of the report: a part of the machine, its state, what was found, what to do.

    ok: as it should be; limited: the course runs, with less; missing: the course does not run
    without it; not tried: only looked for on request.
    """

    part: str
    state: State
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Report:
    """What `doctor` found; a notebook shows it as a table, a terminal as text."""

    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing that the course needs."""
        return all(finding.state != "missing" for finding in self.findings)

    def text(self) -> str:
        """One line for each finding, what to do below it."""
        wide = max(len(finding.part) for finding in self.findings)
        indent = " " * (wide + 13)
        lines = []
        for finding in self.findings:
            lines.append(f"{finding.part:{wide}}  {finding.state:9}  {finding.found}".rstrip())
            lines += textwrap.wrap(
                finding.advice, 100, initial_indent=indent, subsequent_indent=indent
            )
        return "\n".join([*lines, "", self._verdict()])

    def html(self) -> str:
        """A table for a notebook."""
        from coursekit.core import templates

        return templates.render("doctor.html", findings=self.findings, verdict=self._verdict())

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}

    def _verdict(self) -> str:
        if self.ready:
            return "Everything that the course needs is here."
        parts = ", ".join(finding.part for finding in self.findings if finding.state == "missing")
        return f"The course needs more: {parts}."


def doctor(full: bool = False) -> Report:
    """Look at Python, packages, cores, memory, isolation, browser, data and folders.

    With `full` also ask torch, in a process of its own, for a GPU: that takes some seconds.
    Downloads nothing and leaves nothing behind.
    """
    checks: dict[str, Callable[[str], Finding]] = {
        "Python": _python,
        "numpy": _package,
        "torch": _package,
        "jupyterlab": _package,
        "cores": _cores,
        "memory": _memory,
        "GPU": _gpu if full else _gpu_not_tried,
        "browser": _browser,
        "embedded images": _embedded_images,
        "real data": _real_data,
        "data folder": _data_folder,
        "progress record": _progress_record,
        "grading isolation": isolation,
    }
    return Report(tuple(_examine(part, check) for part, check in checks.items()))


def _examine(part: str, check: Callable[[str], Finding]) -> Finding:
    """Run one check; a package that is missing must not take the whole report away."""
    try:
        return check(part)
    except ImportError as error:
        advice = f"`python -m pip install {error.name}`, with the Python of the course."
        return Finding(part, "missing", f"cannot be examined without {error.name}", advice)


def isolation(part: str = "grading isolation") -> Finding:
    """The strongest tier in which this machine can run submissions: sealed, restricted, process.

    Each is tried for real, with what ``coursekit grade`` starts: many systems have bubblewrap and
    forbid what it needs.
    """
    from coursekit.grading.isolation import problem

    if sys.platform != "linux":
        return Finding(
            part,
            "limited",
            "process: no boundary against hostile code on this system",
            "Only needed to grade: grade on Linux, where submissions can be sealed.",
        )
    sealed = problem("sealed")
    if sealed is None:
        return Finding(part, "ok", "sealed: bubblewrap, namespaces, a filter of system calls")
    weaker = problem("restricted")
    tier = "restricted: Landlock, a filter of system calls" if weaker is None else "process"
    reason = sealed.removeprefix("The sandbox cannot be started: ").rstrip(".")
    return Finding(
        part, "limited", f"{tier} ({reason})", f"Only needed to grade: {_remedy(reason)}"
    )


def _remedy(reason: str) -> str:
    """Say what lets submissions be sealed."""
    for package, name in (("bubblewrap", "bubblewrap"), ("libseccomp", "libseccomp2")):
        if f"{package} " in f"{reason} " and "not installed" in reason:
            return f"install the package {name}."
    return (
        "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu also "
        "kernel.apparmor_restrict_unprivileged_userns=0; in a container ask its operator)."
    )


def has_browser() -> bool:
    """Tell whether a browser window can be opened from here."""
    if os.environ.get("BROWSER") or sys.platform in ("win32", "darwin"):
        return True
    # Without a display, Python would open a text browser over this terminal.
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _python(part: str) -> Finding:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    oldest, newest = PYTHONS
    wanted = f"Use Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}."
    if sys.version_info < oldest:
        return Finding(part, "missing", found, wanted)
    if sys.version_info[:2] > newest:
        return Finding(part, "limited", found, f"The course is not tested with it. {wanted}")
    return Finding(part, "ok", found)


def _package(name: str) -> Finding:
    """A package's version from its metadata: importing torch would take seconds."""
    try:
        return Finding(name, "ok", version(name))
    except PackageNotFoundError:
        advice = f"`python -m pip install {name}`, with the Python of the course."
        return Finding(name, "missing", "not installed", advice)


def _cores(part: str) -> Finding:
    count = os.cpu_count() or 1
    if sys.platform == "linux":
        count = len(os.sched_getaffinity(0))
        quota, _, period = _first_line("/sys/fs/cgroup/cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit():
            count = max(1, min(count, round(int(quota) / int(period))))
    return Finding(part, "ok", str(count))


def _memory(part: str) -> Finding:
    import psutil

    total = psutil.virtual_memory().total
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = _first_line(limit)
        total = min(total, int(text)) if text.isdigit() else total
    if total < COMFORTABLE_MEMORY:
        advice = "Close other programs before the lessons with torch."
        return Finding(part, "limited", f"{total / 1e9:.1f} GB", advice)
    return Finding(part, "ok", f"{total / 1e9:.1f} GB")


def _gpu_not_tried(part: str) -> Finding:
    return Finding(part, "not tried", "", "`coursekit doctor --full` asks torch (some seconds).")


def _gpu(part: str) -> Finding:
    """Ask torch in its own process: a broken driver may crash it or hang."""
    cpu = "Every lesson runs on the CPU too."
    command = [sys.executable, "-c", _ASK_TORCH]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=GPU_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Finding(part, "limited", f"torch gave no answer in {GPU_SECONDS} s", cpu)
    answer = re.search(r"^GPU:(.*)$", done.stdout, re.MULTILINE)
    if answer is None:
        reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return Finding(part, "limited", f"torch cannot be asked: {reason}", cpu)
    if not answer[1]:
        return Finding(part, "limited", "none that torch can use", cpu)
    return Finding(part, "ok", answer[1])


def _browser(part: str) -> Finding:
    if has_browser():
        return Finding(part, "ok", "opens from here")
    advice = "Open the address that `coursekit lab` prints in a browser that reaches this machine."
    return Finding(part, "limited", "no display here", advice)


def _embedded_images(part: str) -> Finding:
    """The images that scikit-learn brings; Pillow decodes the photographs."""
    absent = [finding for finding in map(_package, ("scikit-learn", "pillow")) if finding.advice]
    if absent:
        names = " ".join(finding.part for finding in absent)
        advice = f"`python -m pip install {names}`, with the Python of the course."
        return Finding(part, "missing", f"{names} not installed", advice)
    return Finding(part, "ok", "digits and two photographs: no download needed")


def _real_data(part: str) -> Finding:
    from coursekit.datasets import storage
    from coursekit.datasets.registry import registry

    try:
        states = {
            name: {storage.state(file) for file in entry.files}
            for name, entry in registry().items()
        }
    except CourseError as error:
        return Finding(part, "limited", str(error), "The lessons use embedded data.")
    ready = sum(found == {"ready"} for found in states.values())
    broken = [name for name, found in states.items() if found not in ({"ready"}, {"missing"})]
    mirror = storage.mirror_folder()
    where = "in the mirror folder" if mirror else "fetched"
    text = f"{ready} of {len(states)} data sets {where}"
    if broken:
        sets = " ".join(broken)
        remedy = f"Replace in the mirror folder: {sets}." if mirror else ""
        return Finding(
            part,
            "limited",
            f"{text}, incomplete or damaged: {sets}",
            remedy or f"`coursekit data fetch {sets}`.",
        )
    advice = "" if ready == len(states) else "Optional: `coursekit data list` shows what there is."
    return Finding(part, "ok", text, advice)


def _data_folder(part: str) -> Finding:
    from coursekit.datasets import storage

    return _folder(part, storage.data_folder(), "COURSEKIT_DATA")


def _progress_record(part: str) -> Finding:
    from coursekit.core.progress import STATE_VARIABLE, state_folder

    return _folder(part, state_folder(), STATE_VARIABLE)


def _folder(part: str, folder: Path, variable: str) -> Finding:
    """Whether the folder, or the nearest one above it that exists, can be written."""
    from coursekit.datasets import storage

    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return Finding(
            part,
            "limited",
            f"{storage.shown(folder)} cannot be written ({error.strerror})",
            f"Set {variable} to a folder that you may write to.",
        )
    return Finding(part, "ok", storage.shown(folder))


def _first_line(path: str) -> str:
    """The first line of a small file of the kernel; empty where there is none."""
    try:
        return Path(path).read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return ""
