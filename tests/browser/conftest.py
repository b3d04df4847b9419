"""A real `coursekit lab` and a real Chromium that looks at it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
START_SECONDS = 120

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find the browser: the one that COURSEKIT_CHROMIUM names, else one that is installed."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    named = os.environ.get("COURSEKIT_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium: install it, or name it in COURSEKIT_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def lab_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `coursekit lab` on a copy of the notebooks; give the address that it prints."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    # The page's own application object tells when a run is complete, and scrolls.
    settings = {"LabApp": {"expose_app_in_browser": True}}
    (folder / "jupyter_lab_config.json").write_text(json.dumps(settings))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["lab", "notebooks", "--no-browser", "--ip", "127.0.0.1", "--port", str(port)]
    log = folder / "lab.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "coursekit", *options],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_for_address(process, log)
    finally:
        process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
        process.wait(timeout=60)


def _environment(folder: Path) -> dict[str, str]:
    """A newcomer's environment: an empty home, nothing chosen yet."""
    dropped = ("JUPYTER", "IPYTHON", "XDG_", "MPL", "COURSEKIT_CI")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    home = folder / "home"
    home.mkdir()
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home),
        "JUPYTER_CONFIG_PATH": str(folder),
        "COURSEKIT_STATE": str(folder / "state"),
    }


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://\S+", log.read_text()):
            return found.group()
        time.sleep(0.1)
    raise AssertionError(f"no address was printed:\n{log.read_text()}")


@pytest.fixture(scope="session")
def page(chromium: str, lab_address: str) -> Iterator[object]:
    """A window of Chromium with JupyterLab in it."""
    from playwright.sync_api import sync_playwright

    options = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    options += ["--disable-dev-shm-usage", "--disable-sync"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(120_000)
        opened.goto(lab_address)
        yield opened
        browser.close()


@pytest.fixture
def screenshot(page, tmp_path: Path):
    """Keep a picture of the window, in the folder that COURSEKIT_SCREENSHOTS names."""
    folder = Path(os.environ.get("COURSEKIT_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return take
