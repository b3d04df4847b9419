"""What can be moved in an explorer, declared once for the view, the start values and the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from coursekit.errors import CourseError


@dataclass(frozen=True)
class Slider:
    """A whole number from ``low`` to ``high``."""

    name: str
    label: str
    low: int
    high: int
    help: str
    kind: Literal["slider"] = "slider"

    def check(self, value: object) -> int:
        """Give the value as an int, or say what is allowed."""
        # bool is an int, and NumPy's integers are not: both are settled here.
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            value = None
        number = None if value is None else int(value)
        if number is None or not self.low <= number <= self.high:
            raise CourseError(f"{self.name} must be a whole number from {self.low} to {self.high}.")
        return number

    def walk(self) -> Sequence[object]:
        """Smallest, middle and largest value."""
        return sorted({self.low, (self.low + self.high) // 2, self.high})


@dataclass(frozen=True)
class Choice:
    """One of several named options; ``options`` are pairs of value and label."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    help: str
    kind: Literal["choice"] = "choice"

    def check(self, value: object) -> str:
        """Give the value, or say which there are."""
        names = [name for name, _ in self.options]
        if not isinstance(value, str) or value not in names:
            raise CourseError(f"{self.name} must be one of: {', '.join(names)}.")
        return value

    def walk(self) -> Sequence[object]:
        """Every option."""
        return [name for name, _ in self.options]


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    label: str
    help: str
    kind: Literal["switch"] = "switch"

    def check(self, value: object) -> bool:
        """Give the value, or say that it must be True or False."""
        if not isinstance(value, bool):
            raise CourseError(f"{self.name} must be True or False.")
        return value

    def walk(self) -> Sequence[object]:
        """Off and on."""
        return [False, True]


Control = Slider | Choice | Switch


def check_controls(controls: Sequence[Control], state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state with every control's value checked.

    Raises:
        CourseError: a value that its control does not offer, in one sentence.
    """
    checked = {control.name: control.check(state[control.name]) for control in controls}
    return {**state, **checked}


def describe_controls(controls: Sequence[Control]) -> list[dict[str, Any]]:
    """The controls as plain data for the browser."""
    return [asdict(control) for control in controls]
