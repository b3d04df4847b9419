"""The learning rate on a quadratic: where gradient descent goes, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from coursekit.backprop.explorer.charts import ChartFigure, Pair, Panel, Series
from coursekit.backprop.reference import descend_quadratic
from coursekit.plotting.numbers import format_number

#: The quadratic J(x) = a x^2 / 2 and the start.
CURVATURE = 4.0
START = 1.0

_WALL = 2.0  # half the width of the drawn valley


@dataclass(frozen=True)
class DescentState:
    """eta: learning rate in percent of the best one, 1 / a. steps: number of updates shown."""

    eta: int = 40
    steps: int = 10


def descent_figure(state: DescentState) -> ChartFigure:
    """Follow gradient descent on J = a x^2 / 2 from x = 1, with a = 4."""
    eta = state.eta / 100 / CURVATURE
    x = descend_quadratic(CURVATURE, eta, START, state.steps).tolist()
    visited = [(value, _loss(value)) for value in x if abs(value) <= _WALL]
    valley = [(0.05 * i, _loss(0.05 * i)) for i in range(-40, 41)]
    factor = 1 - eta * CURVATURE
    verdict = _verdict(state.eta)
    top = _loss(_WALL)
    left = Panel(
        title="where it goes",
        xlabel="x",
        ylabel="J(x) = 2x²",
        xlim=(-_WALL, _WALL),
        ylim=(-0.03 * top, top),
        xticks=tuple((v, format_number(v)) for v in (-2.0, -1.0, 0.0, 1.0, 2.0)),
        yticks=tuple((v, format_number(v)) for v in (0.0, 2.0, 4.0, 6.0, 8.0)),
        series=(
            Series("J", tuple(valley), "grey", marker="none"),
            Series("steps", tuple(visited), "vermilion", dash="dashed"),
        ),
    )
    inside: list[Pair] = []
    for step, value in enumerate(x):
        if abs(value) > _WALL:
            break
        inside.append((float(step), value))
    last = max(state.steps, 1)
    gap = max(1, last // 5)
    right = Panel(
        title="step by step",
        xlabel="step",
        ylabel="x",
        xlim=(0.0, float(last)),
        ylim=(-_WALL, _WALL),
        xticks=tuple((float(s), str(s)) for s in range(0, last + 1, gap)),
        yticks=tuple((v, format_number(v)) for v in (-2.0, -1.0, 0.0, 1.0, 2.0)),
        series=(Series("x", tuple(inside), "blue"),),
    )
    left_valley = len(inside) < len(x)
    notes = (
        f"Every step multiplies x by 1 − η·a = 1 − {format_number(eta, 4)}·{CURVATURE:.0f} = "
        f"{format_number(factor)}.",
        f"After {state.steps} steps x is {_large(x[-1])}"
        + ("; the first point outside the picture ends the lines." if left_valley else "."),
    )
    summary = (
        f"Gradient descent with η = {format_number(eta, 4)} ({state.eta} % of η_opt): {verdict} "
        f"{' '.join(notes)}"
    )
    return ChartFigure((left, right), verdict, notes, summary)


def _loss(x: float) -> float:
    return CURVATURE * x * x / 2


def _large(value: float) -> str:
    return format_number(value, 4) if abs(value) < 1000 else f"{value:.1e}".replace("e+0", "e+")


def _verdict(percent: int) -> str:
    if percent < 100:
        return "η < η_opt: x goes down one side, more slowly the smaller η is."
    if percent == 100:
        return "η = η_opt: one step reaches the minimum."
    if percent < 200:
        return "η_opt < η < 2 η_opt: x jumps from side to side and still converges."
    if percent == 200:
        return "η = 2 η_opt: x jumps between two points for ever."
    return "η > 2 η_opt: every jump is longer than the last, x diverges."
