"""The doctor: every line has a state, trouble has advice, and nothing is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import coursekit as ck
from coursekit import machine
from coursekit.grading import isolation as tiers
from coursekit.grading import sandbox
from coursekit.machine import Finding, Report


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Folders of its own, so that a test says nothing about the user's."""
    monkeypatch.delenv("COURSEKIT_MIRROR", raising=False)
    monkeypatch.setenv("COURSEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COURSEKIT_STATE", str(tmp_path / "state"))


def line(part: str) -> Finding:
    (found,) = [finding for finding in ck.doctor().findings if finding.part == part]
    return found


def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, body: str) -> None:
    """Put a program of that name, a shell script, first on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


linux = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes exist on Linux only")


def test_the_report_covers_the_machine_and_is_ready_here():
    report = ck.doctor()
    assert [finding.part for finding in report.findings] == [
        "Python",
        "numpy",
        "torch",
        "jupyterlab",
        "cores",
        "memory",
        "GPU",
        "browser",
        "embedded images",
        "real data",
        "data folder",
        "progress record",
        "grading isolation",
    ]
    assert report.ready
    assert report.text().endswith("Everything that the course needs is here.")


def test_whatever_is_not_ok_comes_with_advice():
    for finding in ck.doctor().findings:
        assert finding.state == "ok" or finding.advice, finding


def test_the_doctor_leaves_no_file_behind(tmp_path):
    ck.doctor()
    assert list(tmp_path.iterdir()) == []


def test_the_quick_report_does_not_ask_torch():
    code = "import sys, coursekit as ck; ck.doctor(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert line("GPU").state == "not tried"
    assert "coursekit doctor --full" in line("GPU").advice


def test_the_report_comes_even_where_numpy_is_missing():
    code = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            raise ModuleNotFoundError("No module named 'numpy'", name="numpy")
sys.meta_path.insert(0, Missing())
import coursekit as ck
report = ck.doctor()
print(report)
print(len(report.html()) > 100, report.ready)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot be examined without numpy" in done.stdout
    assert done.stdout.endswith("True False\n")


def test_a_package_that_is_missing_is_missing(monkeypatch):
    def version(name: str) -> str:
        if name in ("torch", "pillow"):
            raise machine.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(machine, "version", version)
    report = ck.doctor()
    assert line("torch").state == "missing"
    assert "pip install torch" in line("torch").advice
    assert line("embedded images").found == "pillow not installed"
    assert not report.ready
    assert report.text().endswith("The course needs more: torch, embedded images.")


@pytest.mark.parametrize(
    ("running", "state"),
    [((3, 10, 9), "missing"), ((3, 11, 0), "ok"), ((3, 13, 5), "ok"), ((3, 14, 0), "limited")],
)
def test_python_versions(monkeypatch, running, state):
    monkeypatch.setattr(machine.sys, "version_info", running)
    assert machine._python("Python").state == state


def test_little_memory_is_limited(monkeypatch):
    monkeypatch.setattr(machine, "COMFORTABLE_MEMORY", 1e15)
    assert line("memory").state == "limited"


@linux
def test_the_limits_of_a_container_count(monkeypatch):
    files = {"/sys/fs/cgroup/cpu.max": "100000 100000", "/sys/fs/cgroup/memory.max": "2000000000"}
    monkeypatch.setattr(machine, "_first_line", lambda path: files.get(path, ""))
    assert line("cores").found == "1"
    assert (line("memory").state, line("memory").found) == ("limited", "2.0 GB")


@linux
def test_the_browser_needs_a_display(monkeypatch):
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert line("browser").state == "limited"
    monkeypatch.setenv("DISPLAY", ":0")
    assert line("browser").state == "ok"


def test_a_mirror_that_is_no_folder_does_not_end_the_report(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "nowhere"))
    assert line("real data").state == "limited"
    assert "COURSEKIT_MIRROR names" in line("real data").found


def test_a_damaged_data_set_is_named_with_its_command(tmp_path):
    path = tmp_path / "data" / "names" / "names.txt"
    path.parent.mkdir(parents=True)
    path.write_text("emma")
    assert line("real data").state == "limited"
    assert line("real data").advice == "`coursekit data fetch names`."


@pytest.mark.parametrize(
    ("part", "variable"),
    [("data folder", "COURSEKIT_DATA"), ("progress record", "COURSEKIT_STATE")],
)
def test_a_folder_that_cannot_be_written_names_its_variable(tmp_path, monkeypatch, part, variable):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(variable, str(tmp_path / "file" / "below"))
    assert line(part).state == "limited"
    assert f"Set {variable}" in line(part).advice


@linux
def test_bubblewrap_counts_only_if_it_really_makes_a_sandbox(tmp_path, monkeypatch):
    script(tmp_path, monkeypatch, "bwrap", 'echo "bwrap: No permissions" >&2; exit 1')
    found = machine.isolation()
    assert found.state == "limited"
    assert found.found.endswith("(bwrap: No permissions)")
    assert "user namespaces" in found.advice


@linux
def test_a_bubblewrap_that_hangs_is_given_up(tmp_path, monkeypatch):
    script(tmp_path, monkeypatch, "bwrap", "exec sleep 20")
    monkeypatch.setattr(sandbox, "_START", 0.2)
    assert machine.isolation().state == "limited"


@linux
@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("bubblewrap (bwrap) is not installed", "install the package bubblewrap."),
        ("libseccomp is not installed", "install the package libseccomp2."),
    ],
)
def test_what_is_not_installed_is_named(monkeypatch, reason, advice):
    problems = {"sealed": f"The sandbox cannot be started: {reason}.", "restricted": "no Landlock"}
    monkeypatch.setattr(tiers, "problem", problems.get)
    found = machine.isolation()
    assert (found.state, found.found) == ("limited", f"process ({reason})")
    assert advice in found.advice


@linux
def test_the_next_tier_is_told(monkeypatch):
    monkeypatch.setattr(tiers, "problem", {"sealed": "no"}.get)
    assert machine.isolation().found.startswith("restricted: Landlock")
    monkeypatch.setattr(tiers, "problem", {}.get)
    assert machine.isolation().state == "ok"


@linux
def test_doctor_and_grade_agree():
    assert machine.isolation().found.startswith(tiers.choose("auto"))


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_grade_in_a_process(monkeypatch, system):
    monkeypatch.setattr(machine.sys, "platform", system)
    assert machine.isolation().found.startswith("process")


@pytest.mark.parametrize(
    ("program", "state", "found"),
    [
        ("print('a warning\\nGPU:NVIDIA X')", "ok", "NVIDIA X"),
        ("print('GPU:')", "limited", "none that torch can use"),
        ("raise SystemExit('driver too old')", "limited", "torch cannot be asked: driver too old"),
        ("print('NVIDIA X')", "limited", "torch cannot be asked: exit status 0"),
        ("import time; time.sleep(30)", "limited", "torch gave no answer in 1 s"),
        ("import os; os.abort()", "limited", "torch cannot be asked: exit status -6"),
    ],
)
def test_the_answer_about_the_gpu(monkeypatch, program, state, found):
    if "abort" in program and sys.platform == "win32":
        pytest.skip("a signal ends the process on POSIX only")
    monkeypatch.setattr(machine, "_ASK_TORCH", program)
    monkeypatch.setattr(machine, "GPU_SECONDS", 1 if "sleep" in program else 60)
    answer = machine._gpu("GPU")
    assert (answer.state, answer.found) == (state, found)


def test_full_really_asks_torch():
    (gpu,) = [finding for finding in ck.doctor(full=True).findings if finding.part == "GPU"]
    assert gpu.state in ("ok", "limited")
    assert "cannot be asked" not in gpu.found


def test_a_notebook_shows_a_table_and_a_terminal_text():
    report = Report((Finding("x", "limited", "<script>", "do & see"), Finding("y", "ok", "1")))
    shown = report._repr_mimebundle_()
    assert shown["text/plain"] == repr(report) == report.text()
    assert "<script>" in shown["text/plain"]
    assert "&lt;script&gt;" in shown["text/html"]
    assert "do &amp; see" in shown["text/html"]
    assert 'class="ck-limited"' in shown["text/html"]


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("limited", 0), ("missing", 1)])
def test_the_command_fails_only_if_something_needed_is_missing(command, monkeypatch, state, code):
    monkeypatch.setattr(machine, "doctor", lambda full: Report((Finding("x", state, "y"),)))
    said = command("doctor")
    assert said.code == code
    assert state in said.out
