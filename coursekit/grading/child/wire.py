"""Values as frames: the only thing that passes between the judge and a student's process.

This file writes frames; ``decoding`` reads them and describes the format, ``channel`` carries
them. All three use the standard library and NumPy alone, and are the same on both sides.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as quoted
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

#: The dtypes as this machine has them.
_TEXTS = {dtype: text for text, dtype in DTYPES.items()}
_SHORT = 10 ** (DIGITS - 1)
_CONSTANTS: dict[bool | None, str] = {None: "null", True: "true", False: "false"}


@dataclass
class _Encoder:
    caps: Caps
    buffers: list[bytes] = field(default_factory=list)
    size: int = 0

    def node(self, value: Any, depth: int) -> str:
        """Return the part of the header that stands for a value, and keep its arrays' bytes."""
        kind = type(value)
        if depth >= self.caps.depth:
            return _other(kind.__name__)
        if kind is np.ndarray:
            return self.array(value, "")
        if kind is str:
            return quoted(value)
        if value is None or value is True or value is False:
            return _CONSTANTS[value]
        if kind is int:
            return repr(value) if -_SHORT < value < _SHORT else _other("int")
        if kind is float:
            return repr(value) if math.isfinite(value) else f'{{"float":"{value!r}"}}'
        if kind is list or kind is tuple:
            deep = depth + 1
            items = [quoted(v) if type(v) is str else self.node(v, deep) for v in value]
            return f'{{"{kind.__name__}":[{",".join(items)}]}}'
        if kind is dict:
            if len(value) > ODD_KEYS < sum([type(key) is not str for key in value]):
                return _other("dict")
            deep = depth + 1
            pairs = [
                f"[{quoted(k) if type(k) is str else self.node(k, deep)},{self.node(v, deep)}]"
                for k, v in value.items()
            ]
            return f'{{"dict":[{",".join(pairs)}]}}'
        if isinstance(value, np.ndarray):
            return self.array(value, kind.__name__)
        if isinstance(value, np.generic) and kind.__module__ == "numpy":
            return self.array(np.asarray(value), "", "scalar")
        if kind.__module__ == "torch" and kind.__name__ == "Tensor":
            return self.tensor(value)
        if kind.__name__ == "Code" and kind.__module__ == "coursekit.core.spec":
            return f'{{"code":{json.dumps([value.name, value.source])}}}'
        return _other(kind.__name__)

    def array(self, value: np.ndarray[Any, Any], name: str, tag: str = "array") -> str:
        if value.dtype.char == "g":  # larger than a double, and on each machine something else
            value = value.astype(np.float64)
        dtype, shape = value.dtype, list(value.shape)
        text = _TEXTS.get(dtype) or dtype.newbyteorder("<").str
        too_much = self.size + value.nbytes > self.caps.body
        if name or text not in DTYPES or too_much or len(shape) > DIMENSIONS:
            known = text if text in DTYPES else dtype.char
            return f'{{"shell":{json.dumps([name, known, shape[:DIMENSIONS]])}}}'
        data = (value if dtype in _TEXTS else value.astype(DTYPES[text])).tobytes()
        self.buffers.append(data)
        self.size += len(data)
        return f'{{"{tag}":["{text}",{shape}]}}'

    def tensor(self, value: Any) -> str:
        try:
            plain = value.detach().cpu().resolve_conj().resolve_neg().numpy()
        except (TypeError, RuntimeError, ValueError):
            return _other("Tensor")
        return self.array(plain, "", "tensor")


def _other(name: str) -> str:
    return f'{{"other":{json.dumps(name)}}}'


def encode(value: Any, caps: Caps = USUAL) -> bytes:
    """Turn a value into a frame."""
    encoder = _Encoder(caps)
    header = encoder.node(value, 0).encode("ascii")
    return b"".join([LENGTHS.pack(len(header), encoder.size), header, *encoder.buffers])
