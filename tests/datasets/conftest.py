"""A data folder of its own for every test, a server on this machine, and the real data's mirror."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from coursekit.datasets import registry as registry_module

CONTENT = bytes(range(256)) * 1024  # 256 KiB
REAL_MIRROR = os.environ.get("COURSEKIT_MIRROR")


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder; no mirror, no proxy."""
    monkeypatch.delenv("COURSEKIT_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "data"
    monkeypatch.setenv("COURSEKIT_DATA", str(folder))
    return folder


@pytest.fixture
def real_mirror(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the real data sets, read through COURSEKIT_MIRROR."""
    if not REAL_MIRROR:
        pytest.skip("COURSEKIT_MIRROR names no folder with the real data sets")
    monkeypatch.setenv("COURSEKIT_MIRROR", REAL_MIRROR)
    return Path(REAL_MIRROR)


class Server(ThreadingHTTPServer):
    """Answers a request in the way that the first part of its path says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requested: list[str] = []
        self.stalled = threading.Event()
        self.release = threading.Event()
        self.waited_in_vain = False

    def url(self, name: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    """One request; quiet."""

    server: Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.requested.append(name)
        BEHAVIOUR[name.split("/")[0]](self)

    def log_message(self, *args: Any) -> None:
        """Say nothing on stderr, which the tests read."""

    def send(self, content: bytes, announced: int | None = None) -> None:
        """Send content with a Content-Length that may be a lie."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) if announced is None else announced))
        self.end_headers()
        self.wfile.write(content)


def stall(handler: Handler) -> None:
    """Send half, then nothing until the test ends."""
    handler.send(CONTENT[: len(CONTENT) // 2], announced=len(CONTENT))
    handler.wfile.flush()
    handler.server.stalled.set()
    handler.server.waited_in_vain = not handler.server.release.wait(30)


BEHAVIOUR: dict[str, Callable[[Handler], None]] = {
    "good": lambda handler: handler.send(CONTENT),
    "corrupt": lambda handler: handler.send(CONTENT[:-1] + b"?"),
    "cut": lambda handler: handler.send(CONTENT[:100_000], announced=len(CONTENT)),
    "short": lambda handler: handler.send(CONTENT[:100_000]),
    "gone": lambda handler: handler.send_error(404),
    "stall": stall,
}


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on this machine."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield running
        running.release.set()
        running.shutdown()
        thread.join()


Serve = Callable[..., Path]


@pytest.fixture
def refused() -> Iterator[str]:
    """An address that refuses connections: the port is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/toy.bin"


@pytest.fixture
def serve(
    server: Server, refused: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Serve]:
    """Make a registry with one data set "toy" of one file, fetched from these behaviours in turn.

    Gives the path of the registry, for a process of its own.
    """

    def make(*behaviours: str) -> Path:
        urls = [
            refused if name == "refused" else server.url(f"{name}/toy.bin") for name in behaviours
        ]
        row = {
            "path": "toy/toy.bin",
            "bytes": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "urls": urls,
        }
        about = {"title": "a toy", "authors": "us", "licence": "BSD-3-Clause", "homepage": ""}
        path = tmp_path / "registry.json"
        path.write_text(json.dumps({"datasets": [{"name": "toy", "files": [row], **about}]}))
        monkeypatch.setattr(registry_module, "_PACKAGED", path)
        registry_module.registry.cache_clear()
        return path

    yield make
    registry_module.registry.cache_clear()
