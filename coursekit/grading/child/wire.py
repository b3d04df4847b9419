"""Values as frames: the only thing that passes between the judge and a student's process.

This file writes frames; ``decoding`` reads them and describes the format, ``channel`` carries
them. All three use the standard library and NumPy alone, and are the same on both sides.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .channel import Channel
from .decoding import (
    DIGITS,
    DIMENSIONS,
    DTYPES,
    LENGTHS,
    ODD_KEYS,
    PREFIX,
    USUAL,
    Caps,
    Closed,
    Foreign,
    WireError,
    decode,
    lengths,
)

__all__ = [
    "PREFIX",
    "Caps",
    "Channel",
    "Closed",
    "Foreign",
    "WireError",
    "decode",
    "encode",
    "lengths",
]

_JSON = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":"))


@dataclass
class _Encoder:
    caps: Caps
    buffers: list[bytes] = field(default_factory=list)
    size: int = 0

    def node(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if depth >= self.caps.depth:
            return {"other": kind.__name__}
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -(10**DIGITS) < 10 * value < 10**DIGITS else {"other": "int"}
        if kind is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if kind is list or kind is tuple:
            return {kind.__name__: [self.node(item, depth + 1) for item in value]}
        if kind is dict and sum(type(key) is not str for key in value) > ODD_KEYS:
            return {"other": "dict"}
        if kind is dict:
            pairs = [[self.node(k, depth + 1), self.node(v, depth + 1)] for k, v in value.items()]
            return {"dict": pairs}
        if isinstance(value, np.ndarray):
            return self.array(value, "" if kind is np.ndarray else kind.__name__)
        if isinstance(value, np.generic) and kind.__module__ == "numpy":
            return self.array(np.asarray(value), "", "scalar")
        if kind.__module__ == "torch" and kind.__name__ == "Tensor":
            return self.tensor(value)
        if kind.__name__ == "Code" and kind.__module__ == "coursekit.core.spec":
            return {"code": [value.name, value.source]}
        return {"other": kind.__name__}

    def array(self, value: np.ndarray[Any, Any], name: str, tag: str = "array") -> Any:
        text = value.dtype.newbyteorder("<").str
        shape = list(value.shape)
        too_much = self.size + value.nbytes > self.caps.body
        if name or text not in DTYPES or too_much or len(shape) > DIMENSIONS:
            known = text if text in DTYPES else value.dtype.char
            return {"shell": [name, known, shape[:DIMENSIONS]]}
        data = np.ascontiguousarray(value, dtype=DTYPES[text]).tobytes()
        self.buffers.append(data)
        self.size += len(data)
        return {tag: [text, shape]}

    def tensor(self, value: Any) -> Any:
        try:
            plain = value.detach().cpu().resolve_conj().resolve_neg().numpy()
        except (TypeError, RuntimeError, ValueError):
            return {"other": "Tensor"}
        return self.array(plain, "", "tensor")


def encode(value: Any, caps: Caps = USUAL) -> bytes:
    """Turn a value into a frame."""
    encoder = _Encoder(caps)
    tree = encoder.node(value, 0)
    header = _JSON.encode(tree).encode("ascii")
    return b"".join([LENGTHS.pack(len(header), encoder.size), header, *encoder.buffers])
