"""What an exercise is: cases, misconceptions, hints, limits. Specifications hold no verdicts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

_NOTHING: Any = object()


@dataclass(frozen=True)
class Code:
    """A function handed to the student's function, as source text.

    Text crosses a process boundary where a function cannot. ``source`` defines a function called
    ``name``; it may use ``np``.
    """

    name: str
    source: str

    def build(self) -> Callable[..., Any]:
        """Make the function."""
        namespace: dict[str, Any] = {"np": np}
        exec(compile(self.source, f"<{self.name}>", "exec"), namespace)
        made: Callable[..., Any] = namespace[self.name]
        return made


def is_tensor(value: Any) -> bool:
    """Whether a value is a plain torch tensor; torch is not imported to find out."""
    kind = type(value)
    return kind.__module__ == "torch" and kind.__name__ == "Tensor"


def copy_value(value: Any) -> Any:
    """Copy plain data deeply, arrays included, so that no two calls share memory."""
    if isinstance(value, Code):
        return value.build()
    if isinstance(value, np.ndarray):
        return value.copy()
    if is_tensor(value):
        return value.clone()
    if isinstance(value, dict):
        return {key: copy_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copy_value(item) for item in value)
    return value


@dataclass(frozen=True)
class Case:
    """One call of an exercise's function.

    ``label`` says what the case is about and is shown to students for visible cases.
    ``expected`` is given where a lecture prints the value; otherwise the reference computes it.
    ``then`` are the further messages to the exercise's driver, where it has one.
    """

    label: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    expected: Any = _NOTHING
    then: tuple[Any, ...] = ()

    @property
    def has_expected(self) -> bool:
        """Whether the expected value is written down instead of computed."""
        return self.expected is not _NOTHING

    def fresh(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return copies of the arguments, one set for each call."""
        return copy_value(self.args), {key: copy_value(v) for key, v in self.kwargs.items()}


@dataclass(frozen=True)
class Misconception:
    """A known wrong answer: an implementation that makes the mistake, and what to say about it."""

    name: str
    function: Callable[..., Any]
    explanation: str


@dataclass(frozen=True)
class Limits:
    """What one case may use: wall time in seconds, memory beyond the start in MB."""

    seconds: float = 2.0
    memory_mb: int = 512


#: Judges a value by itself: ``None`` or what is wrong, as a sentence without hidden values.
Accept = Callable[[Case, Any], str | None]


def _one_term(case: Case) -> int:
    return 1


@dataclass(frozen=True)
class Exercise:
    """Everything the course knows about one exercise.

    ``id`` is ``room.function_name``. ``hidden`` draws cases from a random generator: the same
    generator state gives the same cases. ``terms`` tells how many products are added up in one
    output value of a case; the tolerance of the comparison grows with it. ``allowed`` names the
    packages a solution may use beside the standard library.

    Where a plain call is not enough (a model that is built, given parameters and asked for
    outputs; a training that is followed by predictions), ``driver`` is the source text of a
    generator function ``drive(function, *args, **kwargs)`` that runs beside the student's
    function: what it yields comes back as the value, and it receives the messages of
    ``case.then`` one by one; whatever it holds between them stays where the student's code is.
    The time limit holds for each step. ``accept`` replaces the comparison with the reference: it
    returns ``None`` or what is wrong, as a sentence without hidden values.
    """

    id: str
    reference: Callable[..., Any]
    visible: Sequence[Case]
    hidden: Callable[[np.random.Generator], list[Case]]
    misconceptions: Sequence[Misconception]
    hints: tuple[str, str]
    points: int = 1
    terms: Callable[[Case], int] = _one_term
    allowed: tuple[str, ...] = ("numpy",)
    limits: Limits = Limits()
    driver: Code | None = None
    accept: Accept | None = None

    @property
    def room(self) -> str:
        """The lesson's package below ``coursekit``."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The name of the function the student writes."""
        return self.id.partition(".")[2]

    @property
    def signature(self) -> inspect.Signature:
        """The reference's parameters, without annotations."""
        found = inspect.signature(self.reference)
        bare = [p.replace(annotation=inspect.Parameter.empty) for p in found.parameters.values()]
        return inspect.Signature(bare)

    def expect(self, case: Case) -> Any:
        """Return the right answer for a case."""
        if case.has_expected:
            return case.expected
        args, kwargs = case.fresh()
        return self.run(self.reference, case, args, kwargs)

    def run(
        self, function: Callable[..., Any], case: Case, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Call a function as the exercise calls it: directly, or through the driver.

        Returns:
            the function's value; for a case with messages the list of what the driver yields.
        """
        if self.driver is None:
            return function(*args, **kwargs)
        talk = self.driver.build()(function, *args, **kwargs)
        first = next(talk)
        rest = [talk.send(copy_value(message)) for message in case.then]
        return [first, *rest] if case.then else first


@dataclass(frozen=True)
class Lesson:
    """One lesson: its room, its place in the order, its notebook and its exercises."""

    number: int
    room: str
    title: str
    notebook: str
    exercises: tuple[Exercise, ...]
