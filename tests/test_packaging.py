"""What is installed: the files that say so agree, and the make targets do what they say."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import coursekit

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ["3.11", "3.12", "3.13"]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def dependencies() -> list[Requirement]:
    metadata = project()
    extras = metadata.get("optional-dependencies", {}).values()
    return [Requirement(line) for line in sum(extras, metadata["dependencies"])]


def pins() -> list[Requirement]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def imported(folder: Path) -> set[str]:
    """The names of the top-level modules that the Python files of a folder import."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(str(node.module).partition(".")[0])
    return found - sys.stdlib_module_names


def pinned_version(requirement: Requirement) -> str:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("dependency", dependencies(), ids=str)
def test_every_dependency_is_pinned_within_its_range(dependency: Requirement) -> None:
    name = canonicalize_name(dependency.name)
    (pin,) = [pin for pin in pins() if canonicalize_name(pin.name) == name]
    assert pin.marker is None
    assert dependency.specifier.contains(pinned_version(pin))


def test_every_package_that_is_imported_is_declared() -> None:
    packages = packages_distributions()
    needed = {
        canonicalize_name(distribution)
        for module in imported(ROOT / "coursekit")
        for distribution in packages.get(module, [])
    }
    lines = project()["dependencies"] + project()["optional-dependencies"]["cluster"]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    assert needed - declared - {"coursekit"} == set()


def test_each_package_is_pinned_once_and_exactly() -> None:
    names = [canonicalize_name(pin.name) for pin in pins()]
    assert len(names) == len(set(names))
    for pin in pins():
        # A local version (2.13.0+cpu) exists on one kind of machine only.
        assert "+" not in pinned_version(pin)
        assert "*" not in pinned_version(pin)


def test_no_accelerator_package_is_pinned() -> None:
    # They come with torch where there is a build for them, and nowhere else.
    names = [canonicalize_name(pin.name) for pin in pins()]
    assert [name for name in names if re.match(r"nvidia|cuda|triton|pytorch-triton", name)] == []


@pytest.mark.skipif(
    not (ROOT / ".venv").is_dir() or Path(sys.prefix).resolve() != (ROOT / ".venv").resolve(),
    reason="another environment than the checkout's .venv runs the tests",
)
def test_the_environment_of_the_checkout_holds_the_pinned_set() -> None:
    different = []
    for pin in pins():
        if pin.marker is None or pin.marker.evaluate():
            try:
                installed = version(pin.name).partition("+")[0]
            except PackageNotFoundError:
                installed = "missing"
            if installed != pinned_version(pin):
                different.append(f"{pin.name}: {installed}, pinned {pinned_version(pin)}")
    assert different == []


def test_conda_takes_the_same_python_and_the_same_files() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    (python,) = [line for line in conda if line.startswith("python ")]
    assert SpecifierSet(python.removeprefix("python ")) == SpecifierSet(
        project()["requires-python"]
    )
    assert "pip" in conda
    # pip alone chooses versions, so that there is one place to change.
    assert pip == {"pip": ["--constraint constraints.txt", "--editable .[dev]"]}
    assert "dev" in project()["optional-dependencies"]


def test_the_same_pythons_are_named_everywhere() -> None:
    allowed = SpecifierSet(project()["requires-python"])
    candidates = [f"3.{minor}" for minor in range(8, 20)]
    assert [version for version in candidates if f"{version}.0" in allowed] == PYTHONS
    named = [
        classifier.rpartition(" ")[2]
        for classifier in project()["classifiers"]
        if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", classifier)
    ]
    assert named == PYTHONS
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["linux"]["strategy"]["matrix"]["python"] == PYTHONS
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info[:2] <= (3, 13)" in makefile
    assert "needs Python 3.11, 3.12 or 3.13" in makefile


def test_lines_for_one_platform_name_a_supported_one() -> None:
    environments = [
        {"python_version": version, "sys_platform": system}
        for version in PYTHONS
        for system in ("linux", "darwin", "win32")
    ]
    for pin in pins():
        if pin.marker is not None:
            marker = Marker(str(pin.marker))
            assert any(marker.evaluate(environment) for environment in environments), str(pin)


def test_the_wheel_carries_every_file_that_the_package_reads(tmp_path: Path) -> None:
    for name in ("coursekit", "data"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel.name == f"coursekit-{coursekit.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    expected = {
        path.relative_to(tmp_path).as_posix()
        for path in (tmp_path / "coursekit").rglob("*")
        if path.is_file()
    }
    assert expected - carried == set()
    assert "coursekit/datasets/registry.json" in carried
    assert "coursekit/cli/jupyter/labconfig/default_setting_overrides.json" in carried


# A Python that notes what it is asked to do and makes environments of itself.
RECORDING_PYTHON = """#!/bin/sh
echo "$*" >> "$RECORD"
case "$*" in
  "-c import sys"*) exit "${TOO_OLD:-0}" ;;
  "-c import ensurepip"*) exit "${NO_VENV:-0}" ;;
  --version) echo "Python ${VERSION:-3.12.0}" ;;
  "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip"*) exit "${PIP_FAILS:-0}" ;;
esac
"""


class Checkout:
    """The files that make reads, in a folder of their own, with a Python that records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, folder)
        self.python = folder.parent / "python"
        self.python.write_text(RECORDING_PYTHON)
        self.python.chmod(0o755)
        self.record = folder.parent / "record"

    def make(self, *words: str, **variables: str) -> tuple[int, str, list[str]]:
        """Run make; give its status, what it wrote, and what Python was asked to run."""
        self.record.write_text("")
        environment = {"PATH": os.environ["PATH"], "RECORD": str(self.record)} | variables
        done = subprocess.run(
            ["make", *words, f"PYTHON={self.python}"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        asked = [line for line in self.record.read_text().splitlines() if line.startswith("-m")]
        return done.returncode, done.stdout, asked


needs_make = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("make") is None, reason="make is not installed"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "a folder" / "course")


INSTALL = [
    "-m venv --clear .venv",
    "-m pip install --disable-pip-version-check --constraint constraints.txt --editable .[dev]",
]


@needs_make
def test_make_lab_installs_once_and_then_only_opens(checkout: Checkout) -> None:
    status, _, asked = checkout.make("lab")
    assert status == 0
    assert asked == [*INSTALL, "-m coursekit lab"]
    status, _, asked = checkout.make("lab", "ARGS=--port 9000 --no-browser")
    assert asked == ["-m coursekit lab --port 9000 --no-browser"]


@needs_make
@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_make_installs_again_when_the_set_changes(checkout: Checkout, changed: str) -> None:
    checkout.make("lab")
    later = (checkout.folder / ".venv" / ".installed").stat().st_mtime + 10
    os.utime(checkout.folder / changed, (later, later))
    # The environment is there: only its packages are brought up to date.
    assert checkout.make("lab")[2] == [INSTALL[1], "-m coursekit lab"]


@needs_make
def test_make_installs_again_in_a_checkout_that_was_moved(checkout: Checkout) -> None:
    checkout.make("lab")
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))
    assert checkout.make("lab")[2] == [INSTALL[1], "-m coursekit lab"]
    assert checkout.make("lab")[2] == ["-m coursekit lab"]


@needs_make
def test_a_failed_install_is_tried_again(checkout: Checkout) -> None:
    assert checkout.make("lab", PIP_FAILS="1")[0] != 0
    assert checkout.make("lab")[2] == [INSTALL[1], "-m coursekit lab"]


@needs_make
def test_make_test_checks_the_style_before_the_tests(checkout: Checkout) -> None:
    checkout.make("lab")
    assert checkout.make("test")[2] == [
        "-m ruff check .",
        "-m ruff format --check .",
        "-m mypy",
        "-m pytest",
    ]


@needs_make
def test_an_unfit_python_gives_one_clear_message(checkout: Checkout) -> None:
    status, text, asked = checkout.make("lab", TOO_OLD="1", VERSION="3.9.6")
    assert status != 0
    assert (
        f"coursekit needs Python 3.11, 3.12 or 3.13, and {checkout.python} is Python 3.9.6." in text
    )
    assert "PYTHON=" in text
    assert asked == []


@needs_make
def test_a_python_without_venv_says_what_to_install(checkout: Checkout) -> None:
    status, text, asked = checkout.make("lab", NO_VENV="1")
    assert status != 0
    assert "Python 3.12.0 has no venv module" in text
    assert "python3-venv" in text
    assert asked == []


@needs_make
def test_make_alone_lists_the_targets(checkout: Checkout) -> None:
    status, text, asked = checkout.make()
    assert status == 0
    for target in ("lab", "test", "lint", "notebooks", "bench"):
        assert f"make {target}" in text
    assert asked == []
