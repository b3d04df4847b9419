"""Values, calls and differences in words and small tables, for the eyes of a student."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.core.comparison import Mismatch
from coursekit.core.judging import CaseResult
from coursekit.core.spec import Code, Exercise

#: Arrays up to this many values are written out; larger ones are named by shape and dtype.
_WRITTEN_OUT = 12

#: A difference picture shows at most this many rows and columns around the first difference.
_PICTURE = 8


def describe_value(value: Any) -> str:
    """Write a value out if it is small, else say what it is."""
    if isinstance(value, np.ndarray):
        if value.size <= _WRITTEN_OUT and value.ndim <= 2:
            return _rounded(value)
        return f"array of shape {value.shape}, {value.dtype}"
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    if isinstance(value, np.generic):
        return repr(value.item())
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _rounded(array: np.ndarray[Any, Any]) -> str:
    text = np.array2string(array, precision=4, suppress_small=True, separator=", ")
    return " ".join(text.split())


def describe_call(exercise: Exercise, result: CaseResult) -> str:
    """Write the call of a case: ``conv2d(x=..., weight=..., stride=2)``."""
    case = result.case
    names = list(exercise.signature.parameters)
    parts = [f"{n}={_argument(v)}" for n, v in zip(names, case.args, strict=False)]
    parts += [f"{name}={_argument(value)}" for name, value in case.kwargs.items()]
    return f"{exercise.name}({', '.join(parts)})"


def _argument(value: Any) -> str:
    if isinstance(value, Code):
        return value.name
    if isinstance(value, np.ndarray):
        if value.size <= _WRITTEN_OUT and value.ndim <= 2:
            return _rounded(value)
        return f"<{'×'.join(map(str, value.shape))} {value.dtype}>"
    return describe_value(value)


@dataclass(frozen=True)
class Picture:
    """Two small tables side by side: the expected and the returned values of one 2-D slice.

    ``wrong`` marks differing cells; ``slice`` says which slice of a larger array is shown.
    """

    expected: list[list[str]]
    got: list[list[str]]
    wrong: list[list[bool]]
    slice: str


def picture(mismatch: Mismatch | None) -> Picture | None:
    """Build the difference picture of two arrays of equal shape, if there is one to show."""
    if mismatch is None or mismatch.index is None:
        return None
    expected, got, index = mismatch.expected, mismatch.got, mismatch.index
    if not isinstance(expected, np.ndarray) or expected.ndim == 0 or expected.dtype.kind == "O":
        return None
    if expected.ndim == 1:
        expected, got, index = expected[None], got[None], (0, *index)
    lead, (row, column) = index[:-2], index[-2:]
    top, left = _start(row, expected.shape[-2]), _start(column, expected.shape[-1])
    window = (*lead, slice(top, top + _PICTURE), slice(left, left + _PICTURE))
    shown, found = expected[window], got[window]
    label = ""
    if lead or shown.shape != expected.shape[-2:]:
        rows, columns = f"{top}:{top + shown.shape[0]}", f"{left}:{left + shown.shape[1]}"
        label = f"[{', '.join([*map(str, lead), rows, columns])}]"
    scale = max(float(np.abs(np.nan_to_num(shown.astype(float))).max(initial=0)), 1.0)
    with np.errstate(invalid="ignore"):
        wrong = ~np.isclose(found.astype(float), shown.astype(float), rtol=1e-9, atol=1e-9 * scale)
    return Picture(_cells(shown), _cells(found), wrong.tolist(), label)


def _start(position: int, length: int) -> int:
    return max(0, min(position - _PICTURE // 2, length - _PICTURE))


def _cells(table: np.ndarray[Any, Any]) -> list[list[str]]:
    return [[_cell(value) for value in row] for row in table]


def _cell(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{float(value) + 0.0:.4g}"
    return str(value)
