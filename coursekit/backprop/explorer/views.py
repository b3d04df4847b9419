"""The three explorers as widgets: they check what comes in, call the pure function, pass it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import traitlets
from matplotlib.figure import Figure

from coursekit.backprop.explorer.charts import ChartFigure, chart_picture
from coursekit.backprop.explorer.depth import (
    ACTIVATIONS,
    INITS,
    DepthState,
    depth_figure,
)
from coursekit.backprop.explorer.descent import DescentState, descent_figure
from coursekit.backprop.explorer.graph import (
    GRAPHS,
    GraphFigure,
    GraphState,
    graph_figure,
    value_figure,
)
from coursekit.backprop.explorer.pictures import Picture, graph_picture
from coursekit.backprop.reference.autodiff import Value
from coursekit.plotting.controls import Choice, Control, Slider, Switch
from coursekit.plotting.explorer import Explorer, FigureData, view_source

_PACKAGE = "coursekit.backprop.explorer"

#: The largest graph has 17 nodes that compute something: 17 steps forward and 17 back.
MOST_STEPS = 34

GRAPH_CONTROLS: tuple[Control, ...] = (
    Choice(
        "graph",
        "graph",
        tuple((name, label) for name, (label, _) in GRAPHS.items()),
        "which computation",
    ),
    Slider("step", "step", 0, MOST_STEPS, "first all nodes forward, then all nodes backward"),
)

DEPTH_CONTROLS: tuple[Control, ...] = (
    Slider("depth", "layers", 1, 40, "number of layers"),
    Choice("init", "initialisation", tuple(INITS.items()), "how the weights are drawn"),
    Choice("activation", "activation", tuple(ACTIVATIONS.items()), "the function of every unit"),
    Switch("batch_norm", "batch norm", "normalise every unit over the batch"),
    Switch("skip", "skip", "add the input of every layer to its output"),
)

DESCENT_CONTROLS: tuple[Control, ...] = (
    Slider("eta", "learning rate η, % of η_opt", 5, 250, "100 is the best learning rate"),
    Slider("steps", "steps", 1, 30, "number of updates"),
)


class GraphStepper(Explorer):
    """A graph, one node at a time; see `graph_stepper`."""

    _esm, _css = view_source(_PACKAGE, "graph_stepper")

    def compute(self, state: Mapping[str, Any]) -> GraphFigure:
        """Figure data of a state."""
        return graph_figure(GraphState(**state))

    def encode(self, figure: FigureData) -> dict[str, Any]:
        """All fields by name."""
        return asdict(cast(GraphFigure, figure))

    def draw(self, figure: FigureData) -> Figure:
        """The still picture."""
        return graph_picture(cast(GraphFigure, figure))


class Charts(Explorer):
    """Line charts that follow controls; see `depth_explorer` and `learning_rate`."""

    _esm, _css = view_source(_PACKAGE, "charts")

    label = traitlets.Unicode().tag(sync=True)

    def encode(self, figure: FigureData) -> dict[str, Any]:
        """All fields by name."""
        return asdict(cast(ChartFigure, figure))

    def draw(self, figure: FigureData) -> Figure:
        """The still picture."""
        return chart_picture(cast(ChartFigure, figure))


class DepthExplorer(Charts):
    """Sizes by layer; see `depth_explorer`."""

    def compute(self, state: Mapping[str, Any]) -> ChartFigure:
        """Figure data of a state."""
        return depth_figure(DepthState(**state))


class LearningRate(Charts):
    """Gradient descent on a quadratic; see `learning_rate`."""

    def compute(self, state: Mapping[str, Any]) -> ChartFigure:
        """Figure data of a state."""
        return descent_figure(DescentState(**state))


def graph_stepper(graph: str = "hinge", step: int = 0) -> GraphStepper:
    """Step through a computational graph: values forward, gradients backward.

    Args:
        graph: a name of `GRAPHS`.
        step: steps already taken, 0 to 34; a smaller graph stops at its own last step.

    Raises:
        CourseError: a value that the explorer does not offer.

    Source: lecture 002, "Computational Graphs and Backpropagation".
    """
    return GraphStepper(GRAPH_CONTROLS, {"graph": graph, "step": step})


def draw_graph(root: Value) -> Picture:
    """Draw the graph of a value, with all values and gradients: the picture shows itself."""
    figure = value_figure(root, 2 * len(root.nodes()))
    return Picture(graph_picture(figure, message=False), f"the graph of {len(figure.nodes)} nodes")


def depth_explorer(
    depth: int = 20,
    init: str = "small",
    activation: str = "relu",
    *,
    batch_norm: bool = False,
    skip: bool = False,
) -> DepthExplorer:
    """Watch the sizes of signals and gradients from layer to layer of an untrained network.

    Args:
        depth: number of layers, 1 to 40.
        init: small, large, xavier or he.
        activation: relu, tanh or sigmoid.
        batch_norm: normalise before every activation.
        skip: add the input of every layer to its output.

    Raises:
        CourseError: a value that the explorer does not offer.

    Source: lecture 003, vanishing and exploding; lecture 004, "Residual Neural Network (ResNet)".
    """
    state = {
        "depth": depth,
        "init": init,
        "activation": activation,
        "batch_norm": batch_norm,
        "skip": skip,
    }
    return DepthExplorer(DEPTH_CONTROLS, state, label="sizes by layer")


def learning_rate(eta: int = 40, steps: int = 10) -> LearningRate:
    """Change the learning rate of gradient descent on a quadratic.

    Args:
        eta: learning rate in percent of the best one, 5 to 250.
        steps: number of updates, 1 to 30.

    Raises:
        CourseError: a value that the explorer does not offer.

    Source: lecture 004, "Practical Considerations: Learning Rate" (figure 6.18).
    """
    return LearningRate(DESCENT_CONTROLS, {"eta": eta, "steps": steps}, label="learning rate")
