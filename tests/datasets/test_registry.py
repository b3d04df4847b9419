"""The registry: complete, pinned, and found wherever the package lies."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from coursekit.datasets import registry as registry_module
from coursekit.datasets.registry import data_file, data_set, registry, size_text
from coursekit.errors import CourseError

ROOT = Path(__file__).resolve().parents[2]


def all_files():
    return [file for entry in registry().values() for file in entry.files]


def test_every_file_has_a_checksum_a_size_and_an_address():
    for file in all_files():
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256), file.path
        assert file.bytes > 0
        assert file.urls


def test_every_path_lies_in_the_folder_of_its_data_set_and_is_unique():
    paths = [file.path for file in all_files()]
    assert len(set(paths)) == len(paths)
    for file in all_files():
        assert re.fullmatch(rf"{file.dataset}/[\w.-]+", file.path)


def test_github_addresses_are_pinned_to_a_commit():
    for file in all_files():
        for url in file.urls:
            if "github" in url:
                assert re.match(
                    r"https://raw\.githubusercontent\.com/[\w.-]+/[\w.-]+/[0-9a-f]{40}/", url
                )


def test_every_data_set_states_its_authors_and_licence():
    for entry in registry().values():
        assert entry.title
        assert entry.authors
        assert entry.licence


def test_the_registry_lists_what_the_mirror_holds(real_mirror):
    rows = json.loads((real_mirror / "registry.json").read_text())
    theirs = {row["file"]: (row["dataset"], row["bytes"], row["sha256"]) for row in rows}
    assert {file.path: (file.dataset, file.bytes, file.sha256) for file in all_files()} == theirs


def test_the_built_package_carries_the_one_copy():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    target = build["targets"]["wheel"]["force-include"]["data/registry.json"]
    package = registry_module._PACKAGED
    assert ROOT / target == package
    assert not package.exists(), "the checkout keeps it in data/ alone"


def test_an_unknown_data_set_names_the_nearest():
    with pytest.raises(CourseError, match="'mnits': did you mean mnist"):
        data_set("mnits")


def test_an_unknown_data_set_without_a_near_name_lists_all():
    with pytest.raises(CourseError, match="choose from mnist, fashion_mnist"):
        data_set("zzz")


def test_an_unknown_file_is_a_programming_error():
    with pytest.raises(KeyError):
        data_file("mnist/other")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"datasets": [{}]}', '{"datasets": 3}'])
def test_a_damaged_registry_is_one_sentence(tmp_path, monkeypatch, content):
    path = tmp_path / "registry.json"
    path.write_text(content)
    monkeypatch.setattr(registry_module, "_PACKAGED", path)
    registry.cache_clear()
    with pytest.raises(CourseError, match="install coursekit again"):
        registry()
    registry.cache_clear()


def test_sizes_are_written_for_people():
    sizes = [size_text(count) for count in (0, 999, 4542, 9912422, 3 * 10**9)]
    assert sizes == ["0 B", "999 B", "4.5 kB", "9.9 MB", "3.0 GB"]
