"""Frames as nobody should send them: well-formed trees with hostile parts, and damaged ones."""

from __future__ import annotations

import contextlib
import json
import math
import mmap
import random
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

import numpy as np

from attacks import vault
from coursekit.core.judging import Outcome, judge_case
from coursekit.core.spec import Case
from coursekit.grading import judge
from coursekit.grading.cases import prepare
from coursekit.grading.child import decoding, wire
from coursekit.grading.names import Code, Found
from coursekit.grading.stopping import Stopped

#: Small, so that frames at the edge of what is allowed are frequent.
CAPS = wire.Caps(header=1 << 14, body=1 << 14, depth=12)

_TAGS = ("list", "tuple", "dict", "float", "other", "shell", "array", "scalar", "tensor", "code")
_DTYPES = ("<f8", "|b1", "<i8", "<c16", "<f2", "|u1", ">f8", "|O8", "O", "M", "<U4", "V8", "", "f")
_SIZES = (0, 1, 2, 3, 5, 7, 1 << 20, 1 << 40, (1 << 40) + 1, -1, 1.5, True, None, "3", [2])
_TEXTS = ("", "nan", "inf", "-inf", "ndarray", "text", "\ud800", "\0", "x" * 200, "__class__", "9")
_NUMBERS = (0, 1, -1, 1.5, 1e308, 1e999, -0.0, 10**78, 10**100, True, None)
_WORDS = (
    "value",
    "error",
    "after",
    "loaded",
    "type",
    "message",
    "places",
    "stub",
    "memory",
    "text",
)


@dataclass
class Fuzzer:
    """Draws frames from a random generator."""

    rng: random.Random

    def tree(self, depth: int = 0) -> Any:
        """Return a tree that looks like a value's."""
        rng = self.rng
        if depth > 6 or rng.random() < 0.25:
            return rng.choice([*_NUMBERS, *_TEXTS])
        if rng.random() < 0.05:
            return rng.choice([[], {}, [1, 2], {"list": [], "tuple": []}, {"unknown": 1}])
        tag = rng.choice(_TAGS)
        return {tag: self._content(tag, depth + 1)}

    def _content(self, tag: str, depth: int) -> Any:
        rng = self.rng
        if rng.random() < 0.08:
            return self.tree(depth)
        if tag in ("list", "tuple"):
            return [self.tree(depth) for _ in range(rng.randrange(4))]
        if tag == "dict":
            words = rng.sample(_WORDS, rng.randrange(4))
            return [[word if rng.random() < 0.8 else self.tree(depth), self.tree(depth)]
                    for word in words]  # fmt: skip
        if tag in ("array", "scalar", "tensor"):
            return [rng.choice(_DTYPES), self._shape(tag)]
        if tag == "shell":
            return [rng.choice(_TEXTS), rng.choice(_DTYPES), self._shape(tag)]
        return rng.choice(_TEXTS)

    def _shape(self, tag: str) -> Any:
        sizes = _SIZES[:6] if self.rng.random() < 0.8 else _SIZES
        count = 0 if tag == "scalar" else self.rng.randrange(5)
        return [self.rng.choice(sizes) for _ in range(count)]

    def reply(self) -> Any:
        """Return a tree that looks like an answer: a value, or an exception."""
        rng = self.rng
        if rng.random() < 0.5:
            pairs = [["value", self.tree()]]
            if rng.random() < 0.3:
                pairs.append(["after", {"list": [self.tree(), self.tree()]}])
            return {"dict": pairs}
        told = [[word, self.tree(3)] for word in ("type", "message", "places", "stub", "memory")]
        told[0][1] = told[0][1] if rng.random() < 0.2 else "ValueError"
        told[1][1] = told[1][1] if rng.random() < 0.2 else "a message"
        if rng.random() < 0.6:
            place = [rng.choice(["cell 1", "cell 99", "cell", "x" * 99]), self.tree(5), "f"]
            told[2][1] = {"list": [{"tuple": place}] * rng.randrange(4)}
        return {"dict": [["error", {"dict": told}]]}

    def frame(self) -> tuple[bytes, bytearray]:
        """Return the header and the body of a frame; often with just the bytes that it needs."""
        tree = self.reply()
        header = bytearray(json.dumps(tree).encode())
        for _ in range(self.rng.choice([0, 0, 0, 1, 3])):
            place = self.rng.randrange(len(header))
            header[place] = self.rng.choice(b'0123456789[]{}",:-.eE\\ ')
        size = self._needed(tree)
        if self.rng.random() < 0.1:
            size = self.rng.randrange(1 << 8)
        return bytes(header), bytearray(self.rng.randbytes(min(size, CAPS.body)))

    def _needed(self, tree: Any) -> int:
        if isinstance(tree, list):
            return sum(map(self._needed, tree))
        if not isinstance(tree, dict):
            return 0
        total = 0
        for tag, content in tree.items():
            total += self._needed(content)
            if tag in ("array", "scalar", "tensor") and content and isinstance(content, list):
                sizes = content[-1] if content and isinstance(content[-1], list) else [0]
                if all(type(size) is int and 0 <= size < 100 for size in sizes):
                    item = decoding.DTYPES.get(str(content[0]))
                    total += math.prod(sizes) * (item.itemsize if item is not None else 1)
        return total


class _Answers:
    """A channel that has the same frame again and again."""

    def __init__(self, frame: tuple[bytes, bytearray]) -> None:
        self._frame = frame

    def send(self, frames: bytes, deadline: float | None = None) -> None:
        """Take what the judge asks."""

    def receive_frame(self, caps: wire.Caps, deadline: float) -> tuple[bytes, bytearray]:
        """Give the frame."""
        return self._frame


class _Child:
    known = ()

    def __init__(self, frame: tuple[bytes, bytearray]) -> None:
        self.channel = _Answers(frame)

    def end(self, by_itself: bool = False) -> str:
        """End nothing."""
        return ""


#: One for all frames: what is kept of earlier answers is attacked, too.
_PREPARED = prepare(vault.SCALE, vault.SCALE.visible[:1])
_CASES = (
    vault.SCALE.visible[0],
    Case("text", (np.arange(3),), expected={"text": "hello", "length": 3}),
    Case("scalar", (np.arange(3),), expected=1.5),
    Case("list", (np.arange(3),), expected=[1, (2.0, None), "x", np.ones(2)]),
)


def judged(header: bytes, body: bytearray) -> str:
    """Let the judge decode an answer and judge it; return what became of it.

    Only ``WireError`` and ``Stopped`` are caught: all else escapes to the test.
    """
    try:
        wire.decode(header, body, CAPS)
    except wire.WireError:
        return "refused"
    session = judge.Session(None, Code(cells={1: "x = 1\ny = 2"}))  # type: ignore[arg-type]
    session._child = _Child((header, body))  # type: ignore[assignment]
    session._loaded = {vault.SCALE.id}
    attempt = judge.Attempt(vault.SCALE, Found())
    try:
        outcomes = session._outcomes(attempt, _PREPARED, "case")
    except Stopped as stop:
        return stop.status if len(stop.reason) < 1000 else "told too much"
    for case in _CASES:
        result = judge_case(vault.SCALE, case, outcomes[0] if outcomes else Outcome())
        assert result.problem is None or len(result.problem) < 10_000
    return "judged"


@contextlib.contextmanager
def little_memory(more: int = 2 << 30) -> Iterator[None]:
    """Allow this process so many bytes more than it has, so that a bomb harms nobody else."""
    if sys.platform != "linux":
        yield
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * mmap.PAGESIZE + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def frames(count: int, seed: int) -> Iterator[tuple[bytes, bytearray]]:
    """Draw frames: the same seed gives the same ones."""
    fuzzer = Fuzzer(random.Random(seed))
    for _ in range(count):
        yield fuzzer.frame()


def damaged(count: int, seed: int) -> Iterator[bytes]:
    """Draw the bytes of whole frames with parts flipped, cut, doubled and exchanged."""
    rng = random.Random(seed)
    values = [
        {"value": np.arange(6.0).reshape(2, 3), "after": [[np.ones(2, np.float32)], {}]},
        {"error": {"type": "ValueError", "places": [("cell 1", 3, "f")], "stub": False}},
        {"value": [np.float64(2), np.bool_(True), float("nan"), (1, "text"), None]},
    ]
    whole = [wire.encode(value) for value in values]
    for _ in range(count):
        data = bytearray(rng.choice(whole))
        for _ in range(rng.randint(1, 4)):
            start = rng.randrange(len(data) + 1)
            length = rng.choice([0, 1, 1, 4, 9, 30])
            part = rng.choice([b"", rng.randbytes(length), bytes(data[start : start + length]) * 2])
            data[start : start + length] = part
        if rng.random() < 0.5 and len(data) > wire.PREFIX:
            # Lengths that fit, so that the damage inside is looked at.
            header = min(struct.unpack("<I", data[:4])[0], len(data) - wire.PREFIX)
            data[: wire.PREFIX] = struct.pack("<II", header, len(data) - wire.PREFIX - header)
        yield bytes(data)


def decoded(data: bytes) -> str:
    """Decode the bytes of a whole frame as a channel does."""
    if len(data) < wire.PREFIX:
        return "refused"
    try:
        header, body = wire.lengths(data[: wire.PREFIX], CAPS)
    except wire.WireError:
        return "refused"
    start = wire.PREFIX
    rest = bytearray(data[start + header : start + header + body])
    return judged(data[start : start + header], rest)
