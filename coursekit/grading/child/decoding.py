"""Reads frames. The judge reads what a hostile process sends, so this is written to be attacked.

A frame is two lengths, a JSON header and the raw bytes of the arrays one after the other. The
header is a tree of plain values; anything that JSON cannot say is an object with one key, the
tag: ``{"array": ["<f8", [2, 3]]}`` takes the next 48 bytes. Nothing that is decoded can run code:
there are no references, no class names to look up, no nested formats.

Every length is capped before memory is taken, every array must have exactly the bytes that its
shape and dtype need, and whatever is wrong gives a ``WireError``. Values that are not plain data
arrive as empty shells that only carry the name of their type, so that the comparison can say what
is wrong with them.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LENGTHS = struct.Struct("<II")
#: Bytes of a frame before its header.
PREFIX = LENGTHS.size
DTYPES = {
    f"{order}{kind}": np.dtype(f"{order}{kind}")
    for order, kinds in (("|", ("b1", "i1", "u1")), ("<", ("i2", "i4", "i8", "u2", "u4", "u8")))
    for kind in kinds
}
DTYPES |= {text: np.dtype(text) for text in ("<f2", "<f4", "<f8", "<c8", "<c16")}
#: Types of array elements that cannot be sent; a shell of such an array keeps the dtype alone.
_ODD = {"O": np.dtype(object), "U": np.dtype("U1"), "S": np.dtype("S1"), "V": np.dtype("V1")}
_ODD |= {"M": np.dtype("M8[s]"), "m": np.dtype("m8[s]"), "g": np.dtype(np.longdouble)}
DIGITS = 80
_MOST = 10**DIGITS
ODD_KEYS = 1000
#: Empty shells in one frame: the right answer has none, and each of them costs time.
SHELLS = 100
DIMENSIONS = 16
_LARGEST = 1 << 40


class WireError(Exception):
    """A frame that is not one: the sender broke the format or exceeded a cap."""


class Closed(WireError):
    """The other side is gone."""


@dataclass(frozen=True)
class Caps:
    """The largest frame that is accepted: bytes of header and of arrays, depth of nesting.

    ``code`` lets source text become a function; only the student's process allows it. ``hollow``
    lets arrays without elements keep their shape: to compare, never to compute with them.
    """

    header: int = 1 << 20
    body: int = 1 << 26
    depth: int = 32
    code: bool = False
    hollow: bool = True


USUAL = Caps()


class Foreign:
    """Stands for a value that is not plain data; its class carries the name of the type."""


def _foreign(base: type, name: str) -> type:
    return type(name if name.isidentifier() else "object", (base,), {})


def _refuse(text: str) -> None:
    raise WireError(f"{text} is not a JSON number")


#: Python itself refuses to read integers of more than some thousand digits.
_PLAIN_JSON = json.JSONDecoder(parse_constant=_refuse)


@dataclass
class _Decoder:
    body: bytearray
    caps: Caps
    offset: int = 0
    shells: int = 0

    def node(self, tree: Any, depth: int) -> Any:
        kind = type(tree)
        if kind is not dict and kind is not list:
            if kind is int and not -_MOST < tree < _MOST:
                raise WireError("an integer is too long")
            return tree
        if depth > self.caps.depth:
            raise WireError("nested too deeply")
        if kind is list or len(tree) != 1:
            raise WireError("a container without a tag")
        [(tag, content)] = tree.items()
        read = _READERS.get(tag)
        if read is None:
            raise WireError("an unknown tag")
        return read(self, content, depth + 1)

    def items(self, content: Any, depth: int) -> list[Any]:
        if type(content) is not list:
            raise WireError("a list was due")
        return [item if type(item) is str else self.node(item, depth) for item in content]

    def tuple(self, content: Any, depth: int) -> Any:
        return tuple(self.items(content, depth))

    def dict(self, content: Any, depth: int) -> Any:
        found: dict[Any, Any] = {}
        odd = 0
        for pair in content if type(content) is list else [None]:
            if type(pair) is not list or len(pair) != 2:
                raise WireError("a pair was due")
            key = self.node(pair[0], depth)
            # Other keys than texts can be chosen so that all of them have the same hash.
            odd += type(key) is not str
            if odd > ODD_KEYS:
                raise WireError("too many keys that are no texts")
            try:
                found[key] = self.node(pair[1], depth)
            except TypeError:
                raise WireError("a key that cannot be hashed") from None
        return found

    def float(self, content: Any, depth: int) -> Any:
        if content not in ("nan", "inf", "-inf"):
            raise WireError("not a number")
        return float(content)

    def other(self, content: Any, depth: int) -> Any:
        return _foreign(Foreign, _text(content, 100))()

    def shell(self, content: Any, depth: int) -> Any:
        """An array without its elements: right shape and dtype, no memory behind it."""
        self.shells += 1
        if self.shells > SHELLS:
            raise WireError("too many values that cannot be sent")
        name, text, shape = _exactly(3, content)
        if not self.caps.hollow:
            return self.other(name or "ndarray", depth)
        dtype = DTYPES.get(_text(text, 8)) or _ODD.get(text, _ODD["O"])
        try:
            hollow = np.broadcast_to(np.zeros((), dtype), _shape(shape))
        except ValueError:
            raise WireError("an impossible shape") from None
        return hollow.view(_foreign(np.ndarray, _text(name, 100))) if name else hollow

    def array(self, content: Any, depth: int) -> Any:
        text, shape = _exactly(2, content)
        dtype = DTYPES.get(_text(text, 8))
        if dtype is None:
            raise WireError("an unknown dtype")
        sizes = _shape(shape)
        start, count = self.offset, math.prod(sizes)
        self.offset += count * dtype.itemsize
        if self.offset > len(self.body):
            raise WireError("an array larger than its frame")
        odd = dtype.kind == "b"  # bytes other than 0 and 1 are no booleans
        flat = np.frombuffer(self.body, np.uint8 if odd else dtype, count, start)
        try:
            return (flat != 0 if odd else flat).reshape(sizes)
        except ValueError:
            raise WireError("an impossible shape") from None

    def scalar(self, content: Any, depth: int) -> Any:
        value = self.array(content, depth)
        if value.shape != ():
            raise WireError("a scalar with a shape")
        return value[()]

    def tensor(self, content: Any, depth: int) -> Any:
        value = self.array(content, depth)
        torch = sys.modules.get("torch")
        return torch.from_numpy(value.copy()) if torch else _foreign(Foreign, "Tensor")()

    def code(self, content: Any, depth: int) -> Any:
        if not self.caps.code:
            raise WireError("an unknown tag")
        name, source = _exactly(2, content)
        namespace: dict[str, Any] = {"np": np}
        exec(compile(source, f"<{name}>", "exec"), namespace)
        return namespace[name]


_READERS: dict[str, Callable[[_Decoder, Any, int], Any]] = {
    "list": _Decoder.items,
    "tuple": _Decoder.tuple,
    "dict": _Decoder.dict,
    "float": _Decoder.float,
    "other": _Decoder.other,
    "shell": _Decoder.shell,
    "array": _Decoder.array,
    "scalar": _Decoder.scalar,
    "tensor": _Decoder.tensor,
    "code": _Decoder.code,
}


def _exactly(count: int, content: Any) -> list[Any]:
    if type(content) is not list or len(content) != count:
        raise WireError(f"{count} items were due")
    return content


def _text(content: Any, longest: int) -> str:
    if type(content) is not str or len(content) > longest:
        raise WireError("a short text was due")
    return content


def _shape(content: Any) -> tuple[int, ...]:
    if type(content) is not list or len(content) > DIMENSIONS:
        raise WireError("a shape was due")
    if [n for n in content if type(n) is not int or not 0 <= n <= _LARGEST]:
        raise WireError("a size was due")
    return tuple(content)


def lengths(prefix: bytes | bytearray, caps: Caps) -> tuple[int, int]:
    """Read a frame's two lengths: of its header and of its arrays."""
    header, body = LENGTHS.unpack(prefix)
    if header > caps.header or body > caps.body:
        raise WireError("a frame larger than allowed")
    return header, body


def decode(header: bytes, body: bytearray, caps: Caps = USUAL) -> Any:
    """Turn a frame's parts into the value.

    Raises:
        WireError: whatever is wrong with the frame.
    """
    try:
        tree, end = _PLAIN_JSON.raw_decode(header.decode("ascii"))
    except (ValueError, RecursionError):
        raise WireError("the header is not JSON") from None
    decoder = _Decoder(body, caps)
    value = decoder.node(tree, 0)
    if (end, decoder.offset) != (len(header), len(body)):
        raise WireError("bytes that belong to no value")
    return value
