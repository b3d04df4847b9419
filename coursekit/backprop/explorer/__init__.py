"""Lesson 02, things to move: the graph stepper, sizes by depth, the learning rate."""

from coursekit.backprop.explorer.charts import ChartFigure, Panel, Series
from coursekit.backprop.explorer.depth import DepthState, depth_figure, depth_sizes
from coursekit.backprop.explorer.descent import DescentState, descent_figure
from coursekit.backprop.explorer.graph import (
    GRAPHS,
    GraphFigure,
    GraphState,
    graph_figure,
    value_figure,
)
from coursekit.backprop.explorer.views import (
    depth_explorer,
    draw_graph,
    graph_stepper,
    learning_rate,
)

__all__ = [
    "GRAPHS",
    "ChartFigure",
    "DepthState",
    "DescentState",
    "GraphFigure",
    "GraphState",
    "Panel",
    "Series",
    "depth_explorer",
    "depth_figure",
    "depth_sizes",
    "descent_figure",
    "draw_graph",
    "graph_figure",
    "graph_stepper",
    "learning_rate",
    "value_figure",
]
