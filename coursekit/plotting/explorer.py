"""The common part of all explorers: state in, figure out, and a picture where no widget can run.

An explorer is a pure function from a state (plain values) to figure data (a frozen dataclass) with
a thin view. The function runs in Python; the view in the browser only draws what it is told, and
writes back the state when a control moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Protocol

import anywidget
import traitlets
from matplotlib.figure import Figure

from coursekit.errors import CourseError
from coursekit.plotting.controls import Control, check_controls, describe_controls
from coursekit.plotting.figures import figure_png
from coursekit.plotting.palette import PALETTE

_PICTURE_DPI = 150


class FigureData(Protocol):
    """What an explorer's pure function returns."""

    @property
    def summary(self) -> str:
        """The figure in words: shown in a terminal, read aloud, compared by tests."""


def view_source(package: str, name: str) -> tuple[str, str]:
    """JavaScript module and style sheet of a view: the common part, then ``name.js``, ``name.css``.

    One text each, because a widget's module cannot import its neighbours: Jupyter loads it without
    an address.
    """
    colours = "".join(f" --ck-{key}: {value};" for key, value in PALETTE.items())
    common, own = files("coursekit.plotting"), files(package)
    script = "\n".join(
        part.read_text(encoding="utf-8") for part in (common / "explorer.js", own / f"{name}.js")
    )
    style = "\n".join(
        part.read_text(encoding="utf-8") for part in (common / "explorer.css", own / f"{name}.css")
    )
    return script, f".ck-explorer {{{colours} }}\n{style}"


class Explorer(anywidget.AnyWidget):
    """A figure with controls. ``state`` may be read and set; ``figure`` follows from it."""

    controls: traitlets.List[Any] = traitlets.List().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    figure = traitlets.Dict().tag(sync=True)

    def __init__(
        self, controls: Sequence[Control], state: Mapping[str, Any], **traits: Any
    ) -> None:
        """Start from ``state``; raises CourseError for a value that a control does not offer."""
        self._spec = controls
        start = check_controls(controls, state)
        super().__init__(controls=describe_controls(controls), state=start, **traits)

    def compute(self, state: Mapping[str, Any]) -> FigureData:
        """The explorer's pure function, applied to checked values."""
        raise NotImplementedError

    def encode(self, figure: FigureData) -> dict[str, Any]:
        """Figure data as plain values for the browser."""
        raise NotImplementedError

    def draw(self, figure: FigureData) -> Figure:
        """Figure data as a matplotlib figure, for places without widgets."""
        raise NotImplementedError

    def update(self, **values: Any) -> None:
        """Move controls from Python: ``explorer.update(stride=2, padding=1)``.

        Raises:
            CourseError: there is no such control, or it does not offer that value.
        """
        unknown = sorted(set(values) - set(self.state))
        if unknown:
            raise CourseError(
                f"This explorer has no control {unknown[0]!r}; it has: {', '.join(self.state)}."
            )
        self.state = {**self.state, **values}

    @property
    def now(self) -> FigureData:
        """The figure data of the present state."""
        return self.compute(self.state)

    @traitlets.validate("state")
    def _check_state(self, proposal: Any) -> dict[str, Any]:
        return check_controls(self._spec, proposal["value"])

    @traitlets.observe("state")
    def _follow(self, _change: object) -> None:
        self.figure = self.encode(self.compute(self.state))

    def __repr__(self) -> str:
        return self.now.summary

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        present = self.now
        drawn = self.draw(present)
        width, height = drawn.get_size_inches() * 100
        size = {"width": round(width), "height": round(height), "alt": present.summary}
        pictured = {"text/plain": present.summary, "image/png": figure_png(drawn, _PICTURE_DPI)}
        return {**data, **pictured}, {**metadata, "image/png": size}
