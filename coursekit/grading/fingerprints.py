"""What a record depends on, as short texts that change when it does."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable

import numpy as np

import coursekit
from coursekit.core.spec import Exercise
from coursekit.grading.cases import once
from coursekit.grading.child import wire
from coursekit.grading.notebook import Cell, of_cell

#: Hidden cases drawn from these seeds stand for the generator.
_SEEDS = (0, 1, 2)


def of_cells(cells: Iterable[Cell]) -> str:
    """Return the fingerprint of a notebook's code: what else is in it does not matter."""
    return hashlib.sha256(b"".join(map(_of_one, cells))).hexdigest()


@of_cell
def _of_one(cell: Cell) -> bytes:
    source = cell.source.encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"%d %b" % (cell.number, source)).digest()


@once
def of_exercise(exercise: Exercise) -> str:
    """Return the fingerprint of what an exercise asks: its cases, answers, mistakes and limits.

    The code may change as long as it asks the same.
    """
    draws = [exercise.hidden(np.random.default_rng(seed)) for seed in _SEEDS]
    digest = hashlib.sha256()
    settings = [coursekit.__version__, exercise.id, exercise.points, list(exercise.allowed)]
    settings += [exercise.limits.seconds, exercise.limits.memory_mb]
    settings += [exercise.driver, _source(exercise.accept)]
    settings += [[m.name, m.explanation] for m in exercise.misconceptions]
    digest.update(wire.encode(settings))
    for case in [*exercise.visible, *(case for draw in draws for case in draw)]:
        asked = [case.label, case.args, dict(case.kwargs), case.then, exercise.terms(case)]
        digest.update(wire.encode([*asked, None if exercise.accept else exercise.expect(case)]))
    for case in () if exercise.accept else [*exercise.visible, *draws[0]]:
        for misconception in exercise.misconceptions:
            args, kwargs = case.fresh()
            try:
                digest.update(wire.encode(exercise.run(misconception.function, case, args, kwargs)))
            except Exception as error:
                digest.update(type(error).__name__.encode())
    return digest.hexdigest()


def _source(function: Callable[..., object] | None) -> str:
    return inspect.getsource(function) if function else ""


def together(*parts: str) -> str:
    """Return one fingerprint for several."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
