"""`coursekit lab`: what a newcomer meets, asked of a server that really runs."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest

from coursekit.cli import lab
from coursekit.errors import CourseError


class Lab:
    """A running `coursekit lab` and the address that it printed."""

    def __init__(self, course: Path, home: Path, *options: str) -> None:
        self.scratch = course.parent / "scratch"
        self.scratch.mkdir(exist_ok=True)
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
        for variable in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME"):
            keep.pop(variable, None)
        homes = {"HOME": str(home), "USERPROFILE": str(home), "APPDATA": str(home)}
        temporary = {variable: str(self.scratch) for variable in ("TMPDIR", "TEMP", "TMP")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coursekit", "lab", "--no-browser", *options],
            cwd=course,
            env=keep | homes | temporary,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        address = self._read_until(r"http://\S+")
        self.url = urlsplit(address)
        self.token = parse_qs(self.url.query)["token"][0]

    def _read_until(self, pattern: str) -> str:
        """Read the output up to the first match; a silent server must not hang the tests."""
        assert self.process.stdout is not None
        arrived: queue.Queue[str] = queue.Queue()

        def read() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                arrived.put(line)
            arrived.put("")

        threading.Thread(target=read, daemon=True).start()
        while line := arrived.get(timeout=120):
            self.lines.append(line)
            if match := re.search(pattern, line):
                return match.group()
        raise AssertionError("no address was printed:\n" + "".join(self.lines))

    def get(self, path: str, token: str | None = None) -> tuple[int, str]:
        """Ask the server; give the status and the text."""
        request = urllib.request.Request(f"http://{self.url.netloc}{path}")
        request.add_header("Authorization", f"token {self.token if token is None else token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    def stop(self) -> int:
        """Stop the server as Ctrl+C does, and give its exit status."""
        self.process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
        return self.process.wait(timeout=60)


def make_course(folder: Path) -> Path:
    """A checkout with a first notebook."""
    (folder / "notebooks").mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Start here")])
    nbformat.write(notebook, folder / "notebooks" / lab.FIRST_NOTEBOOK)
    return folder


def foreign_kernel(folder: Path) -> None:
    """A kernel of the name that the notebooks ask for, which starts something else."""
    folder.mkdir(parents=True)
    spec = {"argv": ["/nowhere/python"], "display_name": "Other", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One server for the questions that change nothing."""
    folder = tmp_path_factory.mktemp("lab")
    home = folder / "home"
    foreign_kernel(home / ".local" / "share" / "jupyter" / "kernels" / "python3")
    foreign_kernel(home / "Library" / "Jupyter" / "kernels" / "python3")
    server = Lab(make_course(folder / "course"), home)
    yield server
    server.stop()


def test_the_server_answers_with_the_printed_token_only(running: Lab) -> None:
    status, text = running.get("/api/status")
    assert status == 200
    assert "started" in json.loads(text)
    assert running.get("/api/status", token="wrong")[0] == 403


def test_the_printed_address_opens_the_first_notebook(running: Lab) -> None:
    assert running.url.path.endswith(f"/tree/{lab.FIRST_NOTEBOOK}")
    assert running.get(running.url.path)[0] == 200
    assert running.get(f"/api/contents/{lab.FIRST_NOTEBOOK}?content=0")[0] == 200


def test_the_address_and_how_to_stop_are_all_that_is_printed(running: Lab) -> None:
    words = [line for line in running.lines if line.strip()]
    assert words[0] == "JupyterLab is running. Open this address in a browser:\n"
    assert len(words) == 2


def test_no_news_and_no_build_is_offered(running: Lab) -> None:
    _, text = running.get("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    properties = json.loads(text)["schema"]["properties"]
    assert properties["fetchNews"]["default"] == "false"
    assert properties["checkForUpdates"]["default"] is False
    _, page = running.get("/lab")
    found = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    assert json.loads(found.group(1))["buildCheck"] is False


def test_the_kernel_is_the_python_of_this_environment(running: Lab) -> None:
    _, text = running.get("/api/kernelspecs")
    assert json.loads(text)["kernelspecs"]["python3"]["spec"]["argv"][0] == sys.executable


def test_a_busy_port_gives_another_one_and_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = Lab(
            make_course(tmp_path / "course"), tmp_path, "--port", str(port), "--ip", "127.0.0.1"
        )
        try:
            assert server.url.port != port
            assert f"Port {port} is in use; taking {server.url.port}.\n" in server.lines
            assert server.get("/api/status")[0] == 200
        finally:
            server.stop()


def test_a_home_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    # Below a file nothing can be made, not even by root.
    (tmp_path / "file").write_text("")
    server = Lab(make_course(tmp_path / "course"), tmp_path / "file" / "home")
    try:
        assert server.get("/api/status")[0] == 200
        assert server.get(server.url.path)[0] == 200
    finally:
        server.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent Ctrl+C there")
def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    server = Lab(make_course(tmp_path / "course"), tmp_path)
    assert server.stop() == 0
    assert list(server.scratch.glob("coursekit-lab-*")) == []


def test_the_notebook_is_found_from_the_folder_and_from_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_course(tmp_path / "course")
    (course / "data" / "deep").mkdir(parents=True)
    expected = course / "notebooks" / lab.FIRST_NOTEBOOK
    for folder in ("", "notebooks", "data/deep"):
        monkeypatch.chdir(course / folder)
        assert lab.find_notebook(None) == expected.resolve()


def test_elsewhere_the_checkout_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = make_course(tmp_path / "checkout")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(lab, "_CHECKOUT", checkout)
    assert lab.find_notebook(None).parent == (checkout / "notebooks").resolve()


def test_without_notebooks_one_sentence_says_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lab, "_CHECKOUT", tmp_path)
    with pytest.raises(CourseError, match="go to the folder of the course"):
        lab.find_notebook(None)


def test_a_notebook_or_a_folder_can_be_named(tmp_path: Path) -> None:
    notebooks = make_course(tmp_path) / "notebooks"
    first = (notebooks / lab.FIRST_NOTEBOOK).resolve()
    assert lab.find_notebook(notebooks) == first
    assert lab.find_notebook(first) == first
    (tmp_path / "other").mkdir()
    assert lab.find_notebook(tmp_path / "other") == (tmp_path / "other").resolve()
    (tmp_path / "notes.txt").write_text("")
    for wrong in ("absent", "absent.ipynb", "notes.txt"):
        with pytest.raises(CourseError, match="neither a notebook nor a folder"):
            lab.find_notebook(tmp_path / wrong)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are named on Linux")
def test_no_browser_is_opened_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    assert not lab.has_browser()
    monkeypatch.setenv("DISPLAY", ":0")
    assert lab.has_browser()
