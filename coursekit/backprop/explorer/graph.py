"""A computational graph, one node at a time: forward values, then gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coursekit.backprop import lecture
from coursekit.backprop.reference.autodiff import Value
from coursekit.plotting.numbers import format_number

SYMBOLS = {"add": "+", "sub": "−", "mul": "·", "max": "max", "sigmoid": "σ", "input": ""}
DECIMALS = 3


@dataclass(frozen=True)
class GraphState:
    """Which graph, and how many steps were taken: first all forward, then all backward."""

    graph: str = "hinge"
    step: int = 0


@dataclass(frozen=True)
class Node:
    """One node: where it is drawn, what it is called, and what is known of it so far.

    column and row are positions on a grid; ``phase`` is ``later``, ``done`` or ``now``.
    """

    column: float
    row: float
    symbol: str
    name: str
    value: str
    gradient: str
    phase: str
    leaf: bool


@dataclass(frozen=True)
class Edge:
    """From operand to user; ``slope`` is the local derivative, once the gradient has passed."""

    start: int
    end: int
    slope: str
    active: bool


@dataclass(frozen=True)
class GraphFigure:
    """The graph after some steps."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    columns: float
    rows: float
    step: int
    steps: int
    message: str
    summary: str


def _sum_product() -> Value:
    a, b, c = Value(1.0, "a"), Value(2.0, "b"), Value(-3.0, "c")
    return (a + b) * c


def _twice() -> Value:
    a, b = Value(3.0, "a"), Value(1.0, "b")
    return (a - b) * a


def _tie() -> Value:
    a, b, c = Value(2.0, "a"), Value(2.0, "b"), Value(5.0, "c")
    return a.maximum(b) * c


GRAPHS: dict[str, tuple[str, Callable[[], Value]]] = {
    "sum": ("(a + b) · c", _sum_product),
    "twice": ("(a − b) · a: a is used twice", _twice),
    "tie": ("max(a, b) · c at a tie", _tie),
    "hinge": ("hinge loss (002)", lambda: lecture.hinge_002((0.2, 0.5), (1.0, -1.0), 1.0)),
    "exercise": ("the worked exercise (002)", lecture.exercise_002),
}


def graph_figure(state: GraphState) -> GraphFigure:
    """Show a graph after ``state.step`` steps; more steps than there are count as all."""
    label, build = GRAPHS[state.graph]
    return value_figure(build(), state.step, label)


def value_figure(root: Value, step: int, label: str = "graph") -> GraphFigure:
    """Show the graph of any value after some steps (as many as there are, if it is more)."""
    nodes = root.nodes()
    root.backward()
    inner = [i for i, node in enumerate(nodes) if node.parents]
    steps = 2 * len(inner)
    step = min(max(step, 0), steps)
    forward, backward = inner[:step], inner[::-1][: max(0, step - len(inner))]
    now = (backward or forward)[-1] if step else None
    place = {id(node): i for i, node in enumerate(nodes)}
    received = _received(nodes, place, backward, step >= len(inner))
    positions = _layout(nodes, place)
    drawn = tuple(
        Node(
            *positions[i],
            symbol=SYMBOLS[node.operation],
            name=node.name,
            value=_number(node.data) if not node.parents or i in forward else "",
            gradient="" if received[i] is None else _number(received[i] or 0.0),
            phase="now" if i == now else "done" if i in forward or not node.parents else "later",
            leaf=not node.parents,
        )
        for i, node in enumerate(nodes)
    )
    edges = tuple(
        Edge(place[id(parent)], i, _number(slope) if i in backward else "", i == now)
        for i, node in enumerate(nodes)
        for parent, slope in zip(node.parents, _slopes(node), strict=True)
    )
    message = _message(nodes, place, now, step, len(inner), received)
    return GraphFigure(
        nodes=drawn,
        edges=edges,
        columns=max(column for column, _ in positions) + 1,
        rows=max(row for _, row in positions) + 1,
        step=step,
        steps=steps,
        message=message,
        summary=f"Graph of {label}, step {step} of {steps}: {message}",
    )


def _slopes(node: Value) -> list[float]:
    given = [parent.data for parent in node.parents]
    match node.operation:
        case "add":
            return [1.0, 1.0]
        case "sub":
            return [1.0, -1.0]
        case "mul":
            return [given[1], given[0]]
        case "max":
            return [1.0, 0.0] if given[0] >= given[1] else [0.0, 1.0]
        case "sigmoid":
            return [node.data * (1 - node.data)]
    return []


def _received(
    nodes: list[Value], place: dict[int, int], passed: list[int], started: bool
) -> list[float | None]:
    """Add up what every node has got from the users that have passed their gradient on."""
    received: list[float | None] = [None] * len(nodes)
    if started:
        received[-1] = 1.0
    for i in passed:
        node = nodes[i]
        for parent, slope in zip(node.parents, _slopes(node), strict=True):
            at = place[id(parent)]
            received[at] = (received[at] or 0.0) + node.gradient * slope
    return received


def _layout(nodes: list[Value], place: dict[int, int]) -> list[tuple[float, float]]:
    """Put users right of their operands, and leaves in the order in which the formula reads."""
    level = [0] * len(nodes)
    users: list[list[int]] = [[] for _ in nodes]
    for i, node in enumerate(nodes):
        for parent in node.parents:
            users[place[id(parent)]].append(i)
            level[i] = max(level[i], 1 + level[place[id(parent)]])
    for i, node in enumerate(nodes):  # a leaf stands next to its first user
        if not node.parents and users[i]:
            level[i] = min(level[user] for user in users[i]) - 1
    met = _meetings(nodes, place)
    leaves = sorted((i for i, node in enumerate(nodes) if not node.parents), key=met.__getitem__)
    row = [0.0] * len(nodes)
    for position, i in enumerate(leaves):
        row[i] = float(position)
    for i, node in enumerate(nodes):
        if node.parents:
            row[i] = sum(row[place[id(parent)]] for parent in node.parents) / len(node.parents)
    for column in range(max(level) + 1):
        members = sorted((i for i in range(len(nodes)) if level[i] == column), key=row.__getitem__)
        _spread(members, dict(enumerate(row)), row)
    lowest = min(row)
    return [(float(level[i]), round(row[i] - lowest, 3)) for i in range(len(nodes))]


def _meetings(nodes: list[Value], place: dict[int, int]) -> list[float]:
    """Walk down from the root, operands in order: when, on average, is each node met?"""
    times: list[list[int]] = [[] for _ in nodes]
    waiting, clock = [len(nodes) - 1], 0
    while waiting:
        i = waiting.pop()
        if not times[i]:  # what lies below a node is walked once
            waiting += [place[id(parent)] for parent in reversed(nodes[i].parents)]
        times[i].append(clock)
        clock += 1
    return [sum(t) / len(t) for t in times]


def _spread(members: list[int], wished: dict[int, float], row: list[float]) -> None:
    """Give the members of a column their wished rows, but keep them at least one row apart."""
    bottom = float("-inf")
    for i in members:
        row[i] = bottom = max(wished[i], bottom + 1.0)
    shift = sum(row[i] - wished[i] for i in members) / max(len(members), 1)
    for i in members:
        row[i] -= shift


def _number(value: float) -> str:
    return format_number(value, DECIMALS)


def _title(node: Value) -> str:
    return node.name or f"the {SYMBOLS[node.operation]} node"


def _message(
    nodes: list[Value],
    place: dict[int, int],
    now: int | None,
    step: int,
    forward: int,
    received: list[float | None],
) -> str:
    if now is None:
        return "The leaves have their values. Forward: every node computes its value."
    node = nodes[now]
    given = [_bracket(parent.data) for parent in node.parents]
    if step <= forward:
        if node.operation in ("max", "sigmoid"):
            text = f"{SYMBOLS[node.operation]}({', '.join(g.strip('()') for g in given)})"
        else:
            text = f" {SYMBOLS[node.operation]} ".join(given)
        sentence = f"Forward: {_title(node)} = {text} = {_number(node.data)}."
        if step == forward:
            sentence += " The result's own gradient is 1; now backward."
        return sentence
    parts = []
    for parent, slope in zip(node.parents, _slopes(node), strict=True):
        total = received[place[id(parent)]] or 0.0
        share = f"{_bracket(node.gradient)} · {_bracket(slope)} = {_number(node.gradient * slope)}"
        more = "" if abs(total - node.gradient * slope) < 1e-12 else f", together {_number(total)}"
        parts.append(f"{_title(parent)} gets {share}{more}")
    return f"Backward: {_title(node)} has gradient {_number(node.gradient)}; {'; '.join(parts)}."


def _bracket(value: float) -> str:
    text = _number(value)
    return f"({text})" if value < 0 else text
