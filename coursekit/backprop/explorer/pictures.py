"""A computational graph as a still picture."""

from __future__ import annotations

import textwrap
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from coursekit.backprop.explorer.graph import GraphFigure, Node
from coursekit.plotting.figures import figure_png
from coursekit.plotting.palette import GREEN, GREY, VERMILION

_INK = "#1a1a1a"
_DPI = 150
# Inches.
_WIDTH = 9.0
_ROW = 0.52
_BOX = (0.74, 0.46)


class Picture:
    """A figure that shows itself as the value of a cell, in any state of matplotlib."""

    def __init__(self, figure: Figure, text: str) -> None:
        self.figure, self.text = figure, text

    def __repr__(self) -> str:
        return self.text

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        width, height = self.figure.get_size_inches() * 100
        size = {"width": round(width), "height": round(height), "alt": self.text}
        return figure_png(self.figure, _DPI), size


def graph_picture(figure: GraphFigure, *, message: bool = True) -> Figure:
    """Draw the nodes with their values (black) and gradients (green), slopes on the edges.

    ``message``: say above which step this is, and mark its node.
    """
    lines = textwrap.wrap(f"Step {figure.step} of {figure.steps}. {figure.message}", 112)
    head = 0.2 * len(lines) + 0.1 if message else 0.05
    column = min(1.0, (_WIDTH - 0.2 - _BOX[0]) / max(figure.columns - 1, 1))
    width = _BOX[0] + 0.2 + column * (figure.columns - 1)
    height = head + 0.15 + _BOX[1] + _ROW * (figure.rows - 1)
    drawn = Figure(figsize=(_WIDTH, round(height, 2)), facecolor="white")
    drawn.set_layout_engine("none")
    ax = drawn.add_axes((0.0, 0.0, 1.0, 1.0))
    left = (_WIDTH - width) / 2
    ax.set(xlim=(0, _WIDTH), ylim=(height, 0))
    ax.axis("off")

    def centre(node: Node) -> tuple[float, float]:
        x = left + 0.1 + _BOX[0] / 2 + node.column * column
        return x, head + 0.05 + _BOX[1] / 2 + node.row * _ROW

    if message:
        for number, line in enumerate(lines):
            ax.text(0.1, 0.16 + 0.2 * number, line, fontsize=9, fontweight="bold", color=_INK)
    for edge in figure.edges:
        (x1, y1), (x2, y2) = centre(figure.nodes[edge.start]), centre(figure.nodes[edge.end])
        into = [e for e in figure.edges if e.end == edge.end]
        first = min(into, key=lambda e: figure.nodes[e.start].row)  # of two equal ones the first
        upper = edge is first
        target = y2 + (-0.06 if upper else 0.06)
        colour = VERMILION if edge.active and message else GREY
        ends = (x1 + _BOX[0] / 2, x2 - _BOX[0] / 2), (y1, target)
        ax.plot(
            *ends, "-", color=colour, linewidth=1.8 if edge.active and message else 0.8, zorder=1
        )
        if edge.slope:
            at = target + (-0.04 if upper else 0.13)
            ax.text(x2 - _BOX[0] / 2 - 0.02, at, edge.slope, fontsize=6.5, ha="right", color=_INK)
    for node in figure.nodes:
        x, y = centre(node)
        box = (x - _BOX[0] / 2, y - _BOX[1] / 2)
        rounding = 0.02 if node.leaf else 0.12
        now = message and node.phase == "now"
        frame = FancyBboxPatch(
            box,
            *_BOX,
            boxstyle=f"round,pad=0,rounding_size={rounding}",
            facecolor="white",
            edgecolor=VERMILION if now else GREY,
            linewidth=2.2 if now else 0.9,
            linestyle="--" if node.leaf else "-",
            zorder=2,
        )
        ax.add_patch(frame)
        if not node.gradient:
            y += 0.06  # two lines instead of three
        ax.text(x, y - 0.09, heading(node), fontsize=7.5, ha="center", color="#555555", zorder=3)
        ax.text(x, y + 0.05, node.value, fontsize=8, ha="center", color=_INK, zorder=3)
        style: dict[str, Any] = {"fontsize": 8, "ha": "center", "style": "italic"}
        ax.text(x, y + 0.19, node.gradient, color=GREEN, fontweight="bold", zorder=3, **style)
    return drawn


def heading(node: Node) -> str:
    """What stands in the upper half of a node: its operation and its name."""
    if node.name and node.symbol and node.symbol not in node.name:
        return f"{node.symbol}  {node.name}"
    return node.name or node.symbol
