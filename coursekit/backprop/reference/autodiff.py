"""A scalar that remembers how it was computed: backpropagation in some 60 lines."""

from __future__ import annotations

import math

import numpy as np

from coursekit.backprop.reference.tape import Operation, tape_gradients


class Value:
    """A number, the operation that made it, and after ``backward`` its gradient.

    ``+``, ``-``, ``*``, ``maximum`` and ``sigmoid`` of values give values; plain numbers are taken
    along as leaves. ``name`` is what drawings and tables call the node.

    Source: lecture 002, "Computational Graphs and Backpropagation".
    """

    def __init__(
        self, data: float, name: str = "", operation: str = "input", *parents: Value
    ) -> None:
        self.data, self.gradient = float(data), 0.0
        self.name, self.operation, self.parents = name, operation, parents

    def __add__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data + other.data, "", "add", self, other)

    def __sub__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data - other.data, "", "sub", self, other)

    def __mul__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data * other.data, "", "mul", self, other)

    def __rsub__(self, other: float) -> Value:
        return as_value(other) - self

    __radd__, __rmul__ = __add__, __mul__

    def maximum(self, other: Value | float) -> Value:
        """The larger of the two."""
        other = as_value(other)
        return Value(max(self.data, other.data), "", "max", self, other)

    def sigmoid(self) -> Value:
        """1 / (1 + exp(-self))."""
        return Value(1.0 / (1.0 + math.exp(-self.data)), "", "sigmoid", self)

    def named(self, name: str) -> Value:
        """Give the node a name and return it."""
        self.name = name
        return self

    def nodes(self) -> list[Value]:
        """Every node that this one depends on, operands before their users, itself last."""
        order: dict[int, Value] = {}

        def visit(node: Value) -> None:
            if id(node) not in order:
                for parent in node.parents:
                    visit(parent)
                order[id(node)] = node

        visit(self)
        return list(order.values())

    def tape(self) -> list[Operation]:
        """The computation as plain data: (operation, operand indices) of every node."""
        place = {id(node): index for index, node in enumerate(self.nodes())}
        return [(n.operation, tuple(place[id(p)] for p in n.parents)) for n in self.nodes()]

    def backward(self) -> None:
        """Set ``gradient`` of every node to d self / d node."""
        nodes = self.nodes()
        gradients = tape_gradients(self.tape(), np.array([node.data for node in nodes]))
        for node, gradient in zip(nodes, gradients, strict=True):
            node.gradient = float(gradient)

    def __repr__(self) -> str:
        return f"{self.name or self.operation} = {self.data:.6g}, gradient {self.gradient:.6g}"


def as_value(number: Value | float) -> Value:
    """Take a plain number along as a leaf."""
    return number if isinstance(number, Value) else Value(number)
