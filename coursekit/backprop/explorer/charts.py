"""Line charts as plain data, for a view in the browser and for a still picture."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coursekit.plotting.palette import GREY, PALETTE

Pair = tuple[float, float]
Tick = tuple[float, str]

_DASHES = {"solid": "-", "dashed": "--", "dotted": ":"}
_MARKERS = {"dot": "o", "square": "s", "none": ""}


@dataclass(frozen=True)
class Series:
    """One line: points in order, a colour of the palette by name, a dash and a marker."""

    name: str
    points: tuple[Pair, ...]
    colour: str = "blue"
    dash: str = "solid"
    marker: str = "dot"


@dataclass(frozen=True)
class Panel:
    """One chart. Positions are linear: a logarithmic axis has logarithms and its own labels."""

    title: str
    xlabel: str
    ylabel: str
    xlim: Pair
    ylim: Pair
    xticks: tuple[Tick, ...]
    yticks: tuple[Tick, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True)
class ChartFigure:
    """Charts side by side, what they show in one sentence, and notes on the settings."""

    panels: tuple[Panel, ...]
    verdict: str
    notes: tuple[str, ...]
    summary: str


def chart_picture(figure: ChartFigure) -> Figure:
    """The charts as a still picture."""
    lines = [line for note in figure.notes for line in textwrap.wrap(note, 110)]
    height = 3.7 + 0.19 * len(lines)
    drawn = Figure(figsize=(9.0, round(height, 2)), facecolor="white")
    drawn.set_layout_engine("none")
    count = len(figure.panels)
    for index, panel in enumerate(figure.panels):
        left = 0.085 + index / count
        box = (left, (height - 2.75) / height, 1 / count - 0.11, 2.35 / height)
        _draw(drawn.add_axes(box), panel)
    y = (height - 3.35) / height
    drawn.text(0.02, y, figure.verdict, fontsize=9.5, fontweight="bold", va="top")
    for number, line in enumerate(lines, start=1):
        drawn.text(0.02, y - (0.05 + 0.19 * number) / height, line, fontsize=8.5, va="top")
    return drawn


def _draw(ax: Axes, panel: Panel) -> None:
    ax.set_title(panel.title, fontsize=10, loc="left")
    for series in panel.series:
        x, y = zip(*series.points, strict=True) if series.points else ((), ())
        ax.plot(
            x,
            y,
            label=series.name,
            color=PALETTE.get(series.colour, GREY),
            linestyle=_DASHES[series.dash],
            marker=_MARKERS[series.marker],
            markersize=4,
            linewidth=1.8,
        )
    ax.set(xlim=panel.xlim, ylim=panel.ylim, xlabel=panel.xlabel, ylabel=panel.ylabel)
    ax.set_xticks([at for at, _ in panel.xticks], [label for _, label in panel.xticks])
    ax.set_yticks([at for at, _ in panel.yticks], [label for _, label in panel.yticks])
    ax.grid(True, color="#e3e3e3")
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    if len(panel.series) > 1:
        ax.legend(fontsize=8, frameon=False)
