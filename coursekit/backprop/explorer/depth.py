"""How large signals and gradients are from layer to layer of a deep network before training."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.backprop.explorer.charts import ChartFigure, Pair, Panel, Series
from coursekit.backprop.reference import (
    batch_norm,
    batch_norm_backward,
    he,
    linear_backward,
    relu,
    relu_backward,
    sigmoid,
    xavier,
)

Array = np.ndarray[Any, Any]

WIDTH = 64
BATCH = 128
INITS = {
    "small": "small (σ = 0.03)",
    "large": "large (σ = 0.5)",
    "xavier": "Xavier",
    "he": "He",
}
ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}

_LOWEST, _HIGHEST = -16.0, 16.0  # powers of ten that are drawn


@dataclass(frozen=True)
class DepthState:
    """The settings of a network of ``depth`` layers of 64 units."""

    depth: int = 20
    init: str = "small"
    activation: str = "relu"
    batch_norm: bool = False
    skip: bool = False


@dataclass(frozen=True)
class DepthSizes:
    """Root mean square of the signal after, and of the gradient at, layers 0 (input) to depth."""

    signal: tuple[float, ...]
    gradient: tuple[float, ...]


def depth_sizes(state: DepthState) -> DepthSizes:
    """Send a random batch forward and a random gradient back, and measure both after each layer.

    A layer is h <- f(norm(W h)), or h <- h + f(norm(W h)) with skip connections. The weights are
    as they are drawn, nothing is trained. The gradient at the output has size 1.

    Source: lecture 003, vanishing and exploding; lecture 004, "Residual Neural Network (ResNet)".
    """
    rng = np.random.default_rng(0)
    h = rng.normal(size=(BATCH, WIDTH))
    ones, zeros = np.ones(WIDTH), np.zeros(WIDTH)
    kept = []
    signal = [_rms(h)]
    for _ in range(state.depth):
        weight = _draw(state.init, rng)
        z = h @ weight.T
        n = batch_norm(z, ones, zeros, zeros, ones, True)[0] if state.batch_norm else z
        kept.append((h, weight, z, n))
        out = _activate(state.activation, n)
        h = h + out if state.skip else out
        signal.append(_rms(h))
    d = rng.normal(size=h.shape)
    d /= _rms(d)
    gradient = [1.0]
    for before, weight, z, n in reversed(kept):
        dn = _activate_backward(state.activation, d, n)
        dz = batch_norm_backward(dn, z, ones)[0] if state.batch_norm else dn
        back = linear_backward(dz, before, weight)[0]
        d = d + back if state.skip else back
        gradient.append(_rms(d))
    return DepthSizes(tuple(signal), tuple(reversed(gradient)))


def depth_figure(state: DepthState) -> ChartFigure:
    """Show the sizes of signals and gradients by layer, on a logarithmic scale."""
    sizes = depth_sizes(state)
    ratio = sizes.gradient[0]
    verdict = _verdict(ratio, state)
    panels = (
        _panel("forward: size of the signal", "after layer", sizes.signal, "blue"),
        _panel("backward: size of the gradient", "at the output of layer", sizes.gradient, "green"),
    )
    notes = (
        f"{INITS[state.init]}. {_init_note(state)}",
        f"{ACTIVATIONS[state.activation]}. {_ACTIVATION_NOTES[state.activation]}",
        *([_NORM_NOTE] if state.batch_norm else []),
        *([_SKIP_NOTE] if state.skip else []),
    )
    switches = (
        f"batch norm {'on' if state.batch_norm else 'off'}, skip {'on' if state.skip else 'off'}"
    )
    summary = (
        f"{state.depth} layers of {WIDTH} units, initialisation {state.init}, "
        f"{ACTIVATIONS[state.activation]}, {switches}: {verdict}"
    )
    return ChartFigure(panels, verdict, notes, summary)


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _draw(init: str, rng: np.random.Generator) -> Array:
    shape = (WIDTH, WIDTH)
    if init == "xavier":
        return xavier(shape, rng)
    if init == "he":
        return he(shape, rng)
    return rng.normal(scale=0.03 if init == "small" else 0.5, size=shape)


def _activate(name: str, z: Array) -> Array:
    if name == "relu":
        return relu(z)
    return np.tanh(z) if name == "tanh" else sigmoid(z)


def _activate_backward(name: str, d: Array, z: Array) -> Array:
    if name == "relu":
        return relu_backward(d, z)
    if name == "tanh":
        return np.asarray(d * (1 - np.tanh(z) ** 2))
    y = sigmoid(z)
    return d * y * (1 - y)


def _panel(title: str, xlabel: str, sizes: tuple[float, ...], colour: str) -> Panel:
    logs = [min(max(_log(size), _LOWEST), _HIGHEST) for size in sizes]
    low, high = math.floor(min(*logs, -1.0)), math.ceil(max(*logs, 1.0))
    step = 1 if high - low <= 6 else 2 if high - low <= 12 else 4
    points: list[Pair] = [(float(layer), value) for layer, value in enumerate(logs)]
    last = len(sizes) - 1
    gap = 1 if last <= 6 else 5
    return Panel(
        title=title,
        xlabel=xlabel,
        ylabel="root mean square",
        xlim=(0.0, float(last)),
        ylim=(low - 0.2, high + 0.2),
        xticks=tuple((float(layer), str(layer)) for layer in range(0, last + 1, gap)),
        yticks=tuple((float(p), _power(p)) for p in range(low, high + 1, step)),
        series=(Series("size", tuple(points), colour),),
    )


def _log(size: float) -> float:
    return math.log10(size) if size > 0 else _LOWEST


def _power(power: int) -> str:
    signs = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return {0: "1", 1: "10", -1: "0.1"}.get(power, "10" + str(power).translate(signs))


def _verdict(ratio: float, state: DepthState) -> str:
    size = f"{ratio:.2g}" if 0.01 <= ratio < 1000 else f"{ratio:.0e}".replace("e-0", "e-")
    if ratio < 0.01:
        kind = "The gradient vanishes"
    elif ratio > 100:
        kind = "The gradient explodes"
    else:
        kind = "The gradient stays within two powers of ten"
    per_layer = ratio ** (1 / state.depth)
    return (
        f"{kind}: at the input it is {size} times what it was at the output "
        f"({per_layer:.2f} per layer)."
    )


def _init_note(state: DepthState) -> str:
    if state.init == "he":
        return "Variance 2 / fan_in: made for ReLU, which sets half of the units to 0."
    if state.init == "xavier":
        return "Variance 2 / (fan_in + fan_out): made for units that are linear around 0."
    spread = 0.03 if state.init == "small" else 0.5
    return (
        f"One layer without activation multiplies sizes by about {spread * math.sqrt(WIDTH):.2g}."
    )


_ACTIVATION_NOTES = {
    "relu": "Its slope is 1 or 0.",
    "tanh": "Its slope is at most 1, and next to 0 where it saturates.",
    "sigmoid": "Its slope is at most 1/4: left alone, every layer shrinks the gradient.",
}
_NORM_NOTE = (
    "Batch norm gives every unit mean 0 and variance 1 before its activation: the scale of the "
    "weights drops out."
)
_SKIP_NOTE = (
    "A skip connection adds the layer's input to its output: the gradient has a way back that no "
    "weight multiplies."
)
