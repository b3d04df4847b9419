"""Exercises about graphs and the chain rule: tape_gradients, mlp_sensitivities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from coursekit.backprop import lecture, reference
from coursekit.backprop.reference import sigmoid, tape_values
from coursekit.backprop.reference.autodiff import Value
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]
Tape = list[tuple[str, tuple[int, ...]]]

# tape_gradients ----------------------------------------------------------------------------------

_LEAF = ("input", ())


def _case(label: str, inputs: Sequence[float], *operations: tuple[str, tuple[int, ...]]) -> Case:
    tape = [*[_LEAF] * len(inputs), *operations]
    return Case(label, (tape, tape_values(tape, inputs)))


def _graph(label: str, root: Value) -> Case:
    return Case(label, (root.tape(), np.array([node.data for node in root.nodes()])))


def _tapes(rng: np.random.Generator) -> list[Case]:
    a, b, c, d = (float(v) for v in np.round(rng.uniform(0.3, 1.7, 4), 2))
    hinge = lecture.hinge_002((-a, b), (c, -d), 1.0)
    numbers = np.round(rng.normal(size=9), 2)
    network = lecture.exercise_002(
        phi=(a, -b), v=(tuple(numbers[:2]), tuple(numbers[2:4])), w=(c, d), y=float(numbers[4])
    )
    last = [("sub", (8, 3)), ("mul", (9, 9)), ("sigmoid", (8,)), ("mul", (10, 11))]
    return [
        _graph("random network", network),
        _graph("random hinge loss", hinge),
        _case(
            "random, a tie, nodes used twice, nodes that are not used",
            [a, -b, a, c, d],
            ("max", (0, 2)),  # 5: a tie
            ("mul", (1, 4)),  # 6
            ("sigmoid", (3,)),  # 7: leads nowhere
            ("add", (5, 6)),  # 8
            *last,  # 9 to 12
        ),
        _case(
            "random, the second is larger",
            [a, a + b, -d],
            ("max", (0, 1)),
            ("mul", (3, 2)),
            ("sigmoid", (4,)),
            ("mul", (1, 1)),
            ("sub", (5, 3)),
        ),
        _case(
            "random, one input",
            [a],
            *[("mul", (0, 0)), ("mul", (1, 0)), ("sigmoid", (2,))],
            *[("add", (3, 3)), ("max", (4, 4)), ("sub", (5, 0))],
        ),
        _case(
            "random, every operation on the same two nodes",
            [a, -b],
            *[("add", (0, 1)), ("sub", (0, 1)), ("max", (0, 1)), ("max", (1, 0))],  # 2 to 5
            *[("sigmoid", (0,)), ("mul", (0, 1))],  # 6 and 7
            *[("sub", (2, 3)), ("mul", (8, 4)), ("mul", (9, 5)), ("add", (10, 6))],
            ("mul", (11, 7)),
        ),
    ]


def _slopes(operation: str, inputs: list[float], value: float) -> list[float]:
    if operation == "max":
        return [1.0, 0.0] if inputs[0] >= inputs[1] else [0.0, 1.0]
    if operation == "sigmoid":
        return [value * (1 - value)]
    table = {"add": [1.0, 1.0], "sub": [1.0, -1.0], "mul": inputs[::-1]}
    return table.get(operation, [])


def _walk(
    change: Callable[[str, list[float], list[float]], list[float]] | None = None,
    *,
    forward: bool = False,
    overwrite: bool = False,
    every_end: bool = False,
) -> Callable[[Tape, Array], Array]:
    """Walk a tape with one mistake: ``change`` replaces the slopes of an operation."""

    def wrong(tape: Tape, values: Array) -> Array:
        gradients = np.zeros(len(tape))
        gradients[-1] = 1.0
        if every_end:
            used = {operand for _, operands in tape for operand in operands}
            gradients[[node for node in range(len(tape)) if node not in used]] = 1.0
        nodes = range(len(tape))
        for node in nodes if forward else reversed(nodes):
            operation, operands = tape[node]
            inputs = [float(values[i]) for i in operands]
            slopes = _slopes(operation, inputs, float(values[node]))
            if change:
                slopes = change(operation, inputs, slopes)
            for operand, slope in zip(operands, slopes, strict=True):
                kept = 0.0 if overwrite else gradients[operand]
                gradients[operand] = kept + gradients[node] * slope
        return gradients

    return wrong


def _at_ties(slopes: list[float]) -> Callable[[str, list[float], list[float]], list[float]]:
    def change(operation: str, inputs: list[float], right: list[float]) -> list[float]:
        return slopes if operation == "max" and inputs[0] == inputs[1] else right

    return change


TAPE_GRADIENTS = Exercise(
    id="backprop.tape_gradients",
    reference=reference.tape_gradients,
    points=2,
    visible=(
        _case("a + b (002)", [2.0, 3.0], ("add", (0, 1))),
        _case("a − b (002)", [2.0, 3.0], ("sub", (0, 1))),
        _case("a · b (002)", [2.0, 3.0], ("mul", (0, 1))),
        _case("max(a, b), a larger (002)", [3.0, 2.0], ("max", (0, 1))),
        _case("max(a, b), b larger (002)", [2.0, 3.0], ("max", (0, 1))),
        _case("σ(a) (002)", [0.5], ("sigmoid", (0,))),
        _case("a chain: (a + b) · c", [1.0, 2.0, -3.0], ("add", (0, 1)), ("mul", (3, 2))),
        _case("a used twice: a · a", [3.0], ("mul", (0, 0))),
        _case("a used twice: a + a", [3.0], ("add", (0, 0))),
        _case("a used in two places: (a − b) · a", [3.0, 1.0], ("sub", (0, 1)), ("mul", (2, 0))),
        _case("b used in two places: (a − b) · b", [3.0, 1.0], ("sub", (0, 1)), ("mul", (2, 1))),
        _case("a used in two places: (a + b) · a", [3.0, 2.0], ("add", (0, 1)), ("mul", (2, 0))),
        _case("b used in two places: (a + b) · b", [3.0, 2.0], ("add", (0, 1)), ("mul", (2, 1))),
        _case("a used in two places: max(a, b) · a", [3.0, 2.0], ("max", (0, 1)), ("mul", (2, 0))),
        _case("b used in two places: max(a, b) · b", [2.0, 3.0], ("max", (0, 1)), ("mul", (2, 1))),
        _case("a used in two places: σ(a) · a", [0.5], ("sigmoid", (0,)), ("mul", (1, 0))),
        _case("a factor that is 0: a · b", [2.0, 0.0], ("mul", (0, 1))),
        _case("max(a, b) with a = −3", [-3.0, 2.0], ("max", (0, 1))),
        _case("a tie: max(a, b) · c with a = b", [2.0, 2.0, 5.0], ("max", (0, 1)), ("mul", (3, 2))),
        _case(
            "a node that the result does not use",
            [1.5, -2.0, 4.0],
            ("mul", (0, 2)),
            ("sigmoid", (1,)),
            ("add", (0, 3)),
        ),
        _graph("hinge loss (002)", lecture.hinge_002((0.2, 0.5), (1.0, -1.0), 1.0)),
        _graph("the worked exercise (002)", lecture.exercise_002()),
    ),
    hidden=_tapes,
    terms=lambda case: 8 * len(case.args[0]),
    misconceptions=(
        Misconception(
            "overwrites instead of accumulating",
            _walk(overwrite=True),
            "A node that is used twice keeps only one of its gradients. Every use contributes: add "
            "to what is already there (+=).",
        ),
        Misconception(
            "forward order",
            _walk(forward=True),
            "Only what the last node uses has a gradient. A node can hand its gradient on only "
            "after all its users have given theirs: start at the last node and go up, through all "
            "nodes. If you do, look whether `return` stands inside the loop.",
        ),
        Misconception(
            "product operands swapped",
            _walk(lambda op, inputs, right: inputs if op == "mul" else right),
            "In a product you multiply with the operand's own value. The derivative of a · b with "
            "respect to a is b, the other one.",
        ),
        Misconception(
            "gradient lost at ties",
            _walk(_at_ties([0.0, 0.0])),
            "At a tie your max hands nothing on: that is the rule printed in lecture 002, 1[a > b] "
            "and 1[a < b]. The two slopes must add up to 1; here the first operand gets all of it.",
        ),
        Misconception(
            "gradient doubled at ties",
            _walk(_at_ties([1.0, 1.0])),
            "At a tie your max hands the whole gradient to both operands, so it is counted twice. "
            "The two slopes must add up to 1; here the first operand gets all of it.",
        ),
        Misconception(
            "gradient split at ties",
            _walk(_at_ties([0.5, 0.5])),
            "At a tie you give each operand half. That is a valid choice (torch.maximum makes it), "
            "but this exercise gives all of it to the first operand, as max pooling does.",
        ),
        Misconception(
            "derivative of the sigmoid at its input",
            _walk(
                lambda op, inputs, right: (
                    [inputs[0] * (1 - inputs[0])] if op == "sigmoid" else right
                )
            ),
            "You compute a (1 − a) from the sigmoid's input a. The derivative is σ(a) (1 − σ(a)): "
            "it uses the output, which is the node's own value.",
        ),
        Misconception(
            "unused nodes get a gradient",
            _walk(every_end=True),
            "You start with gradient 1 at every node that nothing uses. Only the last node is the "
            "result; a node that it does not depend on has gradient 0.",
        ),
        Misconception(
            "sign of the difference",
            _walk(lambda op, inputs, right: [1.0, 1.0] if op == "sub" else right),
            "In a − b the slope with respect to b is −1.",
        ),
    ),
    hints=(
        "Set the gradient of the last node to 1, and of all others to 0. What does a + node do "
        "with the gradient that arrives at it? What does a · node do?",
        "Go through the nodes from the last to the first. For each, write down its slopes (one "
        "for each operand, from the values of the node and its operands), multiply each with the "
        "gradient of the node, and add the product to the gradient of that operand.",
    ),
)


# mlp_sensitivities -------------------------------------------------------------------------------


def _fixed_network(d: int, hidden: int, c: int, seed: int) -> tuple[Array, ...]:
    return tuple(np.round(a, 2) for a in _network(np.random.default_rng(seed), d, hidden, c))


def _network(rng: np.random.Generator, d: int, hidden: int, c: int) -> tuple[Array, ...]:
    shapes: tuple[tuple[int, ...], ...] = ((hidden, d), (hidden,), (c, hidden), (c,))
    return (rng.normal(size=d), rng.uniform(size=c), *(rng.normal(size=s) for s in shapes))


def _networks(rng: np.random.Generator) -> list[Case]:
    d, square, hidden = int(rng.integers(2, 5)), int(rng.integers(2, 4)), int(rng.integers(4, 7))
    return [
        Case("random, as many outputs as hidden units", _network(rng, d, square, square)),
        Case("random, three outputs", _network(rng, d + 1, hidden, 3)),
        Case("random, two outputs", _network(rng, d, hidden, 2)),
    ]


def _sensitivities(
    x: Array,
    t: Array,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    *,
    slope_j: Callable[[Array], Array] = lambda y: y * (1 - y),
    slope_k: Callable[[Array], Array] = lambda z: z * (1 - z),
    back: Callable[[Array], Array] = lambda W: W.T,
    sign_j: float = 1.0,
    step_j: float = -1.0,
    step_k: float = -1.0,
    bias: float = 1.0,
    share: bool = False,
) -> dict[str, Array]:
    """Compute the sensitivities with one part exchanged for a mistake."""
    y = sigmoid(W1 @ x + bias * b1)
    z = sigmoid(W2 @ y + bias * b2)
    delta_k = (t - z) * slope_k(z) / (len(t) if share else 1)
    delta_j = sign_j * slope_j(y) * (back(W2) @ delta_k)
    return {
        "delta_k": delta_k,
        "delta_j": delta_j,
        "W1": step_j * np.outer(delta_j, x),
        "b1": step_j * delta_j,
        "W2": step_k * np.outer(delta_k, y),
        "b2": step_k * delta_k,
    }


def _with(**mistake: Any) -> Callable[..., dict[str, Array]]:
    def wrong(x: Array, t: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> dict[str, Array]:
        return _sensitivities(x, t, W1, b1, W2, b2, **mistake)

    return wrong


MLP_SENSITIVITIES = Exercise(
    id="backprop.mlp_sensitivities",
    reference=reference.mlp_sensitivities,
    points=2,
    visible=(
        Case("two inputs, two hidden units, one output (004)", tuple(lecture.MLP_004.values())),
        Case("one unit everywhere", _fixed_network(1, 1, 1, seed=1)),
        Case("two hidden units, two outputs, biases", _fixed_network(2, 2, 2, seed=2)),
        Case("three hidden units, two outputs", _fixed_network(4, 3, 2, seed=3)),
        Case("two hidden units, three outputs", _fixed_network(3, 2, 3, seed=4)),
    ),
    hidden=_networks,
    terms=lambda case: 16 * max(case.args[2].size, case.args[4].size),
    misconceptions=(
        Misconception(
            "the slide's sign",
            _with(sign_j=-1.0, step_j=1.0),
            "Your gradients are right, but your delta_j is +dJ/dnet_j, as lecture 004 prints it. "
            "delta_k is defined with a minus, and the update rule needs the same for delta_j: "
            "f'(net_j) sum_k w_kj delta_k is −dJ/dnet_j.",
        ),
        Misconception(
            "hidden gradients with the slide's sign",
            _with(step_j=1.0),
            "Your dJ/dW1 and dJ/db1 have the wrong sign. Lecture 004 prints delta_j = dJ/dnet_j, "
            "but its right-hand side is −dJ/dnet_j, like delta_k; the gradients need the minus.",
        ),
        Misconception(
            "updates instead of gradients",
            _with(step_j=1.0, step_k=1.0),
            "You return the directions of the updates, delta · input. Gradients point uphill: "
            "dJ/dW = −delta · input.",
        ),
        Misconception(
            "f' of the output units missing",
            _with(slope_k=np.ones_like),
            "delta_k lacks f'(net_k): the error t − z first passes back through the output's "
            "sigmoid.",
        ),
        Misconception(
            "f' of the hidden units missing",
            _with(slope_j=np.ones_like),
            "delta_j lacks f'(net_j): what arrives at a hidden unit's output must pass back "
            "through its sigmoid.",
        ),
        Misconception(
            "f' of the output",
            _with(
                slope_j=lambda y: sigmoid(y) * (1 - sigmoid(y)),
                slope_k=lambda z: sigmoid(z) * (1 - sigmoid(z)),
            ),
            "You put the unit's output into f' once more. f'(net) = f(net) (1 − f(net)), and "
            "f(net) is already the output: y (1 − y).",
        ),
        Misconception(
            "W2 not transposed",
            _with(back=lambda W: W),
            "You use W2 forwards. Going back, unit j collects over the outputs k that it feeds, "
            "sum_k w_kj delta_k: the transposed matrix.",
        ),
        Misconception(
            "mean over the outputs",
            _with(share=True),
            "You divide by the number of outputs. J = 1/2 sum_k (t_k − z_k)² is a sum.",
        ),
        Misconception(
            "bias missing",
            _with(bias=0.0),
            "Your net activations leave out the bias: net_j = sum_i w_ji x_i + w_j0.",
        ),
    ),
    hints=(
        "Work with one number first: x -> net -> y -> net -> z -> J, each with one weight. What is "
        "dJ/dnet of the last unit? Which four factors make up dJ/dw of the first weight?",
        "Compute y and z, then delta_k (error times slope of its sigmoid, entry by entry), then "
        "delta_j (the slopes of the hidden sigmoids times what comes back through W2). Each "
        "gradient is minus a sensitivity times what the weight multiplied: an outer product for a "
        "matrix, the sensitivity alone for a bias.",
    ),
)
