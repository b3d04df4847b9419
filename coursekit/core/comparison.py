"""The one comparison: is a returned value right, and if not, what exactly is wrong with it?

Numbers are compared with a tolerance that follows from floating-point arithmetic: a sum of
``terms`` products differs between two correct orders of summation by at most about
``terms * eps * scale`` (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.core.spec import is_tensor

#: Head room over the theoretical bound, for intermediate roundings the bound does not count.
_SAFETY = 16.0

_SCALARS = (bool, int, float, np.number, np.bool_)


@dataclass(frozen=True)
class Mismatch:
    """Why a value is not the expected one.

    ``kind`` is one of ``type``, ``length``, ``shape``, ``dtype``, ``nan``, ``value``; ``sentence``
    is for the student; ``index`` is the first differing position where there is one; ``path``
    leads into tuples, lists and dictionaries (``[0]``, ``['W']``).
    """

    kind: str
    sentence: str
    path: str = ""
    index: tuple[int, ...] | None = None
    expected: Any = None
    got: Any = None


def tolerance(dtype: np.dtype[Any], terms: int, scale: float) -> float:
    """Return the largest difference that rounding explains.

    Args:
        dtype: floating type of the expected value.
        terms: number of products added up in one output value.
        scale: largest magnitude among the expected values.
    """
    eps = float(np.finfo(dtype).eps)
    return _SAFETY * eps * max(terms, 1) * max(scale, 1.0)


def compare(expected: Any, got: Any, terms: int = 1, path: str = "") -> Mismatch | None:
    """Compare a returned value with the expected one; ``None`` means that they agree.

    Args:
        expected: array, number, bool, string, None, or tuple/list/dict of these.
        got: whatever the function returned.
        terms: reduction length for the tolerance.
        path: where in a nested result we are.
    """
    if isinstance(expected, np.ndarray):
        return _compare_array(expected, got, terms, path)
    if is_tensor(expected):
        if not is_tensor(got):
            return _wrong_type("a torch tensor", expected, got, path)
        arrays = expected.detach().cpu().numpy(), got.detach().cpu().numpy()
        return _compare_array(*arrays, terms, path)
    if isinstance(expected, _SCALARS):
        return _compare_scalar(expected, got, terms, path)
    if isinstance(expected, (tuple, list)):
        return _compare_sequence(expected, got, terms, path)
    if isinstance(expected, dict):
        return _compare_dict(expected, got, terms, path)
    if type(expected) is not type(got):
        return _wrong_type(_kind_of(expected), expected, got, path)
    if expected != got:
        return _value(expected, got, path)
    return None


def _subject(path: str) -> str:
    return f"result{path}" if path else "the result"


def _kind_of(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return "a NumPy array"
    names = {"int": "an integer", "float": "a number", "str": "a string", "NoneType": "None"}
    name = type(value).__name__
    return names.get(name, f"a {name}")


def _wrong_type(wanted: str, expected: Any, got: Any, path: str) -> Mismatch:
    subject = _subject(path)
    if got is None:
        sentence = f"{subject} is None where {wanted} is due: is a `return` missing?"
    elif isinstance(got, np.ndarray) and type(got) is not np.ndarray:
        sentence = f"{subject} is a {type(got).__name__}; return a plain NumPy array."
    elif isinstance(expected, np.ndarray) and isinstance(got, (list, tuple)):
        sentence = (
            f"{subject} is a {type(got).__name__} where a NumPy array is due: "
            "build it with np.zeros or convert it with np.array."
        )
    else:
        sentence = f"{subject} is {_kind_of(got)} where {wanted} is due."
    return Mismatch("type", _capital(sentence), path, None, expected, got)


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _value(
    expected: Any, got: Any, path: str, index: tuple[int, ...] | None = None, extra: str = ""
) -> Mismatch:
    where = f"{_subject(path)} at {list(index)}" if index else _subject(path)
    # As many digits as it takes to see a difference.
    written = [(_short(got, digits), _short(expected, digits)) for digits in (6, 10, 17)]
    found, wanted = next((pair for pair in written if pair[0] != pair[1]), written[0])
    sentence = f"{where} is {found}, expected {wanted}{extra}."
    return Mismatch("value", _capital(sentence), path, index, expected, got)


def _short(value: Any, digits: int = 6) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.{digits}g}"
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 80 else text[:77] + "..."


def _compare_array(
    expected: np.ndarray[Any, Any], got: Any, terms: int, path: str
) -> Mismatch | None:
    if type(got) is not np.ndarray:
        return _wrong_type("a NumPy array", expected, got, path)
    if got.shape != expected.shape:
        sentence = f"{_subject(path)} has shape {got.shape}, expected {expected.shape}."
        return Mismatch("shape", _capital(sentence), path, None, expected, got)
    wrong_dtype = got.dtype != expected.dtype and _dtype_problem(expected.dtype, got.dtype)
    if wrong_dtype:
        sentence = _capital(f"{_subject(path)} {wrong_dtype}")
        return Mismatch("dtype", sentence, path, None, expected, got)
    wrong = _wrong_entries(expected, got, terms)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    if got.dtype.kind in "fc" and bool(np.isnan(got[index])):
        sentence = f"{_subject(path)} has NaN at {list(index)}, expected {_short(expected[index])}."
        return Mismatch("nan", _capital(sentence), path, index, expected, got)
    count = int(wrong.sum())
    extra = f" ({count} of {wrong.size} values differ)" if wrong.size > 1 else ""
    found = _value(expected[index], got[index], path, index, extra)
    return Mismatch("value", found.sentence, path, index, expected, got)


def _wrong_entries(
    expected: np.ndarray[Any, Any], got: np.ndarray[Any, Any], terms: int
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the entries that differ by more than rounding explains."""
    if expected.dtype.kind not in "fc":
        return np.asarray(expected != got)
    largest = float(np.abs(expected).max(initial=0.0))
    if math.isfinite(largest):  # the usual case, in few steps
        with np.errstate(invalid="ignore", over="ignore"):
            close = np.abs(got - expected) <= tolerance(expected.real.dtype, terms, largest)
        return np.asarray(~close)
    finite = np.isfinite(expected)
    scale = float(np.abs(expected[finite]).max(initial=0.0))
    allowed = tolerance(expected.real.dtype, terms, scale)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(got - expected) <= allowed
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return np.asarray(~np.where(finite, close, same))


def _dtype_problem(expected: np.dtype[Any], got: np.dtype[Any]) -> str | None:
    names = {"f": "floating-point numbers", "i": "integers", "u": "integers", "b": "booleans"}
    same_kind = expected.kind == got.kind or (expected.kind in "iu" and got.kind in "iu")
    if not same_kind:
        wanted = names.get(expected.kind, str(expected))
        return f"has dtype {got}, expected {wanted} ({expected})."
    if expected.kind == "f" and got.itemsize < expected.itemsize:
        return f"has dtype {got}, which loses precision: expected {expected}."
    return None


def _compare_scalar(expected: Any, got: Any, terms: int, path: str) -> Mismatch | None:
    if type(got) is np.ndarray and got.ndim == 0:
        got = got[()]
    plain = type(got) in (bool, int, float) or type(got).__module__ == "numpy"
    if not plain or not isinstance(got, _SCALARS):
        return _wrong_type(_kind_of(np.asarray(expected).item()), expected, got, path)
    wanted, found = np.asarray(expected), np.asarray(got)
    if found.dtype.kind == "O":
        return _value(expected, got, path)
    integers = wanted.dtype.kind in "iu" and found.dtype.kind in "iu"
    if not integers and wanted.dtype.kind != found.dtype.kind:
        whole = wanted.dtype.kind in "iu" and found.dtype.kind == "f"
        if whole or wanted.dtype.kind == "b" or found.dtype.kind not in "iuf":
            wanted_kind = _kind_of(wanted.item())
            sentence = f"{_subject(path)} is {got!r} ({type(got).__name__}), {wanted_kind} is due."
            return Mismatch("type", _capital(sentence), path, None, expected, got)
    if integers or wanted.dtype.kind == "b":
        return None if wanted.item() == found.item() else _value(expected, got, path)
    if _wrong_entries(wanted.astype(float)[None], found.astype(float)[None], terms).any():
        if np.isnan(found):
            sentence = f"{_subject(path)} is NaN, expected {_short(expected)}."
            return Mismatch("nan", _capital(sentence), path, None, expected, got)
        return _value(expected, got, path)
    return None


def _compare_sequence(expected: Any, got: Any, terms: int, path: str) -> Mismatch | None:
    if type(got) is not type(expected):
        wanted = f"a {type(expected).__name__} of {len(expected)}"
        return _wrong_type(wanted, expected, got, path)
    if len(got) != len(expected):
        sentence = f"{_subject(path)} has {len(got)} items, expected {len(expected)}."
        return Mismatch("length", _capital(sentence), path, None, expected, got)
    for position, (want, have) in enumerate(zip(expected, got, strict=True)):
        found = compare(want, have, terms, f"{path}[{position}]")
        if found:
            return found
    return None


def _compare_dict(expected: Any, got: Any, terms: int, path: str) -> Mismatch | None:
    if type(got) is not dict:
        return _wrong_type("a dictionary", expected, got, path)
    if set(got) != set(expected):
        sentence = (
            f"{_subject(path)} has the keys {sorted(map(str, got))}, "
            f"expected {sorted(map(str, expected))}."
        )
        return Mismatch("length", _capital(sentence), path, None, expected, got)
    for key, want in expected.items():
        found = compare(want, got[key], terms, f"{path}[{key!r}]")
        if found:
            return found
    return None
