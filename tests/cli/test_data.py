"""`coursekit data`: tables on stdout, progress and errors on stderr, exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from coursekit.datasets import registry as registry_module

REAL_MIRROR = os.environ.get("COURSEKIT_MIRROR")


@pytest.fixture
def run(command, tmp_path, monkeypatch) -> Callable[..., Any]:
    """Run `coursekit data ...` with an empty data folder and no mirror."""
    monkeypatch.delenv("COURSEKIT_MIRROR", raising=False)
    monkeypatch.setenv("COURSEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return lambda *arguments: command("data", *arguments)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing on stderr, which the tests read."""


@pytest.fixture
def served(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder served on this machine, and a registry of two data sets, a and b, in it."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        entries = []
        for name in ("a", "b"):
            content = name.encode() * 1000
            (folder / name).write_bytes(content)
            url = f"http://127.0.0.1:{server.server_port}/{name}"
            digest = hashlib.sha256(content).hexdigest()
            row = {"path": f"{name}/{name}", "bytes": 1000, "sha256": digest, "urls": [url]}
            about = {"title": f"set {name}", "authors": "us", "licence": "MIT", "homepage": ""}
            entries.append({"name": name, "files": [row], **about})
        path = tmp_path / "registry.json"
        path.write_text(json.dumps({"datasets": entries}))
        monkeypatch.setattr(registry_module, "_PACKAGED", path)
        registry_module.registry.cache_clear()
        yield folder
        server.shutdown()
        thread.join()
    registry_module.registry.cache_clear()


def test_list_shows_every_data_set_with_size_state_licence_and_folder(run, tmp_path):
    said = run("list")
    assert said.code == 0
    assert said.err == ""
    for entry in registry_module.registry().values():
        (line,) = [line for line in said.out.splitlines() if line.startswith(f"{entry.name} ")]
        assert registry_module.size_text(entry.bytes) in line
        assert "not fetched" in line
    assert "CC BY 4.0" in said.out
    assert str(tmp_path / "data") in said.out


def test_fetch_brings_what_was_named_and_nothing_else(run, served, tmp_path):
    said = run("fetch", "a")
    assert said.code == 0
    assert "a: ready" in said.out
    assert "fetching a" in said.err
    assert (tmp_path / "data/a/a").read_bytes() == b"a" * 1000
    lines = run("list").out.splitlines()
    assert [line.split()[-2] for line in lines[1:3]] == ["ready", "fetched"]


def test_fetch_all_brings_everything(run, served):
    assert run("fetch", "--all").code == 0
    assert run("verify", "a", "b").code == 0


def test_a_data_set_named_twice_is_fetched_once(run, served):
    assert run("fetch", "a", "a").out.count("a: ready") == 1


def test_what_was_fetched_before_a_failure_stays(run, served, tmp_path):
    (served / "b").write_bytes(b"?" * 1000)
    said = run("fetch", "a", "b")
    assert said.code == 1
    assert said.out == ""
    assert "Could not download b/b" in said.err
    assert "its checksum is wrong" in said.err
    assert [path.name for path in (tmp_path / "data").rglob("*") if path.is_file()] == ["a"]


def test_fetch_without_a_name_says_how(run):
    said = run("fetch")
    assert (said.code, said.out) == (1, "")
    assert "`coursekit data fetch NAME`, or `--all`" in said.err


@pytest.mark.parametrize("verb", ["fetch", "verify"])
def test_an_unknown_name_is_one_line(run, verb):
    said = run(verb, "mnits")
    assert (said.code, said.out) == (1, "")
    assert said.err == "coursekit: There is no data set 'mnits': did you mean mnist?\n"


def test_verify_with_nothing_fetched_says_so(run, served):
    said = run("verify")
    assert said.code == 0
    assert "No data set is on this machine" in said.out


def test_verify_leaves_out_what_was_never_fetched(run, served):
    run("fetch", "a")
    said = run("verify")
    assert said.code == 0
    assert "a/a" in said.out
    assert "b/b" not in said.out


def test_verify_of_a_named_data_set_fails_if_it_is_missing(run, served):
    said = run("verify", "b")
    assert said.code == 1
    assert "missing" in said.out
    assert said.err.endswith("1 of 1 files are damaged or missing: run `coursekit data fetch b`.\n")


@pytest.mark.parametrize("content", [b"a" * 999, b"?" + b"a" * 999], ids=["cut", "changed"])
def test_verify_finds_a_damaged_file_and_fetch_repairs_it(run, served, tmp_path, content):
    run("fetch", "a")
    (tmp_path / "data/a/a").write_bytes(content)
    said = run("verify")
    assert said.code == 1
    assert "damaged" in said.out
    assert "run `coursekit data fetch a`" in said.err
    assert "damaged" in run("list").out.splitlines()[1]
    assert run("fetch", "a").code == 0
    assert run("verify").code == 0


def test_a_damaged_mirror_is_for_the_user_to_repair(run, served, tmp_path, monkeypatch):
    (tmp_path / "mirror/a").mkdir(parents=True)
    (tmp_path / "mirror/a/a").write_bytes(b"?")
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "mirror"))
    said = run("verify")
    assert said.code == 1
    assert "replace them in the mirror folder" in said.err


def test_a_mirror_that_is_no_folder_is_one_line(run, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "nowhere"))
    for verb in ("list", "verify", "fetch"):
        said = run(verb, *(["mnist"] if verb == "fetch" else []))
        assert (said.code, said.out) == (1, "")
        assert "COURSEKIT_MIRROR names" in said.err


@pytest.mark.skipif(not REAL_MIRROR, reason="COURSEKIT_MIRROR names no folder with the real data")
def test_the_real_mirror_verifies(run, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", REAL_MIRROR)
    said = run("verify", *registry_module.registry())
    assert said.code == 0
    assert said.out.count("ready") == 22
    assert run("fetch", "--all").code == 0
    assert not (tmp_path / "data").exists()
