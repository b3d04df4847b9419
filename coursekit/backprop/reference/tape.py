"""A computation written down as a tape: one line per node, gradients by walking it backwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: One line of a tape: the operation and the nodes it reads. ``("mul", (0, 1))`` multiplies the
#: values of nodes 0 and 1; ``("input", ())`` is a leaf. Operands always stand above their user.
Operation = tuple[str, tuple[int, ...]]
Tape = Sequence[Operation]


def tape_gradients(tape: Tape, values: Array) -> Array:
    """Find how every node of a computation influences the last one: g_i = d f_last / d f_i.

    The operations are the leaf and the five building blocks: ``("input", ())``,
    ``("add", (a, b))``, ``("sub", (a, b))``, ``("mul", (a, b))``, ``("max", (a, b))``,
    ``("sigmoid", (a,))``. At a tie the whole gradient of a max goes to its first operand.

    Args:
        tape: one (operation, operands) per node, operands before their users; the last is the root.
        values: (n,) the forward value of every node.

    Returns:
        (n,) the gradients; 0 for nodes that the root does not depend on.

    Source: lecture 002, "Computational Graphs and Backpropagation".
    """
    gradients = np.zeros(len(tape))
    gradients[-1] = 1.0
    for node in reversed(range(len(tape))):
        operation, operands = tape[node]
        inputs = [values[i] for i in operands]
        match operation:
            case "add":
                slopes = [1.0, 1.0]
            case "sub":
                slopes = [1.0, -1.0]
            case "mul":
                slopes = [inputs[1], inputs[0]]
            case "max":
                slopes = [1.0, 0.0] if inputs[0] >= inputs[1] else [0.0, 1.0]
            case "sigmoid":
                slopes = [values[node] * (1.0 - values[node])]
            case _:  # a leaf hands nothing on
                slopes = []
        for operand, slope in zip(operands, slopes, strict=True):
            gradients[operand] += gradients[node] * slope
    return gradients


def tape_values(tape: Tape, inputs: Sequence[float]) -> Array:
    """Run a tape forward: (n,) values of its nodes, given those of its leaves in order."""
    leaves = iter(inputs)
    values: list[float] = []
    for operation, operands in tape:
        given = [values[i] for i in operands]
        match operation:
            case "add":
                values.append(given[0] + given[1])
            case "sub":
                values.append(given[0] - given[1])
            case "mul":
                values.append(given[0] * given[1])
            case "max":
                values.append(max(given))
            case "sigmoid":
                values.append(1.0 / (1.0 + float(np.exp(-given[0]))))
            case "input":
                values.append(float(next(leaves)))
            case _:
                raise ValueError(f"unknown operation {operation!r}: use a building block or input")
    return np.array(values)
