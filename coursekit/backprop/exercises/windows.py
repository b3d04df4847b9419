"""Exercises about layers with windows: conv2d_backward, max_pool2d_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.backprop import reference
from coursekit.backprop.reference import avg_pool2d_backward, conv2d_backward, max_pool2d_backward
from coursekit.convolution.reference import max_pool2d, output_size, pair
from coursekit.convolution.reference.pooling import window_cells
from coursekit.core.spec import Case, Exercise, Misconception

Array = np.ndarray[Any, Any]
Gradients = tuple[Array, Array, Array]


# conv2d_backward ---------------------------------------------------------------------------------


def _layer(
    rng: np.random.Generator,
    n: int,
    c: int,
    o: int,
    size: tuple[int, int],
    kernel: Any,
    stride: Any = 1,
    padding: Any = 0,
) -> tuple[Any, ...]:
    """Draw dy, x and weight of a layer; stride and padding follow only where they are given."""
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel), pair(stride), pair(padding)
    oh, ow = output_size(size[0], kh, sh, ph), output_size(size[1], kw, sw, pw)
    shapes = (n, o, oh, ow), (n, c, *size), (o, c, kh, kw)
    arrays = tuple(rng.normal(size=shape) for shape in shapes)
    if stride == 1 and padding == 0:
        return arrays
    return (*arrays, stride) if padding == 0 else (*arrays, stride, padding)


def _fixed(seed: int, *layer: Any) -> tuple[Any, ...]:
    drawn = _layer(np.random.default_rng(seed), *layer)
    return tuple(np.round(a, 1) if isinstance(a, np.ndarray) else a for a in drawn)


def _layers(rng: np.random.Generator) -> list[Case]:
    h, w = int(rng.integers(5, 7)), int(rng.integers(7, 9))
    return [
        Case("random", _layer(rng, 2, 2, 3, (h, w), (2, 3))),
        Case("random, padding 1", _layer(rng, 2, 3, 2, (h, w), 3, 1, 1)),
        Case("random, stride 2", _layer(rng, 3, 2, 2, (w, w + 1), 2, 2)),
        Case(
            "random, stride 2x3, padding 1x2", _layer(rng, 2, 2, 3, (h, w + 1), 3, (2, 3), (1, 2))
        ),
        Case("random, kernel 1x2, padding 1x2", _layer(rng, 1, 2, 3, (2, w), (1, 2), 1, (1, 2))),
    ]


def _windows(
    dy: Array,
    x: Array,
    weight: Array,
    stride: Any = 1,
    padding: Any = 0,
    *,
    step: Any = None,
    spread: Any = 1,
    overwrite: bool = False,
    crop: bool = True,
) -> Gradients:
    """Go through the windows one by one, with one mistake.

    ``step`` replaces the stride, ``spread`` multiplies the offsets inside the window, ``overwrite``
    sets the pixels of a window instead of adding to them.
    """
    (h, w), (kh, kw), (ph, pw) = x.shape[2:], weight.shape[2:], pair(padding)
    (sh, sw), (dh, dw) = pair(stride if step is None else step), pair(spread)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for r, c in np.ndindex(dy.shape[2:]):
        rows = slice(r * sh, r * sh + dh * (kh - 1) + 1, dh)
        columns = slice(c * sw, c * sw + dw * (kw - 1) + 1, dw)
        dweight += np.einsum("no,nkij->okij", dy[:, :, r, c], padded[:, :, rows, columns])
        back = np.einsum("no,okij->nkij", dy[:, :, r, c], weight)
        dpadded[:, :, rows, columns] = back + (0 if overwrite else dpadded[:, :, rows, columns])
    dx = dpadded[:, :, ph : ph + h, pw : pw + w].copy() if crop else dpadded
    return dx, dweight, dy.sum(axis=(0, 2, 3))


def _printed(dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0) -> Gradients:
    return _windows(dy, x, weight, stride, padding, step=1, spread=stride)


def _not_cropped(
    dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0
) -> Gradients:
    return _windows(dy, x, weight, stride, padding, crop=False)


def _overwritten(
    dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0
) -> Gradients:
    return _windows(dy, x, weight, stride, padding, overwrite=True)


def _stride_ignored(
    dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0
) -> Gradients:
    return _windows(dy, x, weight, stride, padding, step=1)


def _flipped(dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0) -> Gradients:
    _, dweight, dbias = conv2d_backward(dy, x, weight, stride, padding)
    turned = weight[:, :, ::-1, ::-1].copy()
    return conv2d_backward(dy, x, turned, stride, padding)[0], dweight, dbias


def _dweight_flipped(
    dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0
) -> Gradients:
    dx, dweight, dbias = conv2d_backward(dy, x, weight, stride, padding)
    return dx, dweight[:, :, ::-1, ::-1].copy(), dbias


def _last_image(dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0) -> Gradients:
    dx, _, dbias = conv2d_backward(dy, x, weight, stride, padding)
    _, dweight, _ = conv2d_backward(dy[-1:], x[-1:], weight, stride, padding)
    return dx, dweight, dbias


def _batch_mean(dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0) -> Gradients:
    dx, dweight, dbias = conv2d_backward(dy, x, weight, stride, padding)
    return dx, dweight / len(x), dbias / len(x)


def _mean_bias(dy: Array, x: Array, weight: Array, stride: Any = 1, padding: Any = 0) -> Gradients:
    dx, dweight, _ = conv2d_backward(dy, x, weight, stride, padding)
    return dx, dweight, dy.mean(axis=(0, 2, 3))


CONV2D_BACKWARD = Exercise(
    id="backprop.conv2d_backward",
    reference=reference.conv2d_backward,
    points=3,
    visible=(
        Case("one image, one channel, one filter", _fixed(51, 1, 1, 1, (3, 4), 2)),
        Case("kernel that is not symmetric", _fixed(52, 1, 1, 2, (4, 5), (2, 3))),
        Case("three channels", _fixed(53, 1, 3, 1, (4, 5), 3)),
        Case("batch of two, three filters", _fixed(54, 2, 3, 3, (4, 6), 3)),
        Case("padding 1", _fixed(55, 2, 2, 3, (4, 5), 3, 1, 1)),
        Case("stride 2, windows side by side", _fixed(56, 2, 2, 2, (4, 6), 2, 2)),
        Case("stride 2, a row and a column are never seen", _fixed(57, 2, 1, 2, (6, 8), 3, 2)),
        Case("stride 2x3, padding 2x1", _fixed(58, 2, 2, 3, (4, 7), (3, 2), (2, 3), (2, 1))),
        Case("kernel 1x2, padding 1x2", _fixed(59, 3, 1, 2, (2, 3), (1, 2), 1, (1, 2))),
    ),
    hidden=_layers,
    terms=lambda case: 2 * max(case.args[0].size, case.args[2].size),
    misconceptions=(
        Misconception(
            "the stride formula of lecture 001",
            _printed,
            "You use x[h' + m·s, w' + n·s], the index that lecture 001 prints: there the stride "
            "spreads the kernel (dilation). The stride belongs to the output's position: "
            "x[r·s + i, c·s + j].",
        ),
        Misconception(
            "padding not cropped",
            _not_cropped,
            "Your dx still has the frame of zeros around it. The frame is not part of x: cut "
            "`padding` rows and columns off each side.",
        ),
        Misconception(
            "flipped once too often",
            _flipped,
            "Your dx uses the kernel turned by 180 degrees. If you add each window's contribution "
            "where the window was, the kernel stays as it is; only when dx is written as a "
            "convolution of dy does it turn, once.",
        ),
        Misconception(
            "dweight flipped",
            _dweight_flipped,
            "Your dweight is turned by 180 degrees: cell (i, j) of the kernel met pixel "
            "(r·s + i, c·s + j), not the opposite corner.",
        ),
        Misconception(
            "batch not summed",
            _last_image,
            "Your dweight knows the last image only. The same weight is used for every image: add "
            "up over the batch.",
        ),
        Misconception(
            "mean over the batch",
            _batch_mean,
            "You average dweight and dbias over the batch. If the loss is a mean, dy is already "
            "divided by N; the layer only adds up.",
        ),
        Misconception(
            "overlapping windows overwritten",
            _overwritten,
            "A pixel that lies in several windows keeps only the last one's gradient in your dx. "
            "Every window contributes: add (+=).",
        ),
        Misconception(
            "mean for dbias",
            _mean_bias,
            "Your dbias is the mean of dy. The bias is added to every pixel of its channel: its "
            "gradient is the sum over images, rows and columns.",
        ),
        Misconception(
            "stride ignored",
            _stride_ignored,
            "The stride has no effect: the window of output (r, c) starts at pixel (r·s, c·s).",
        ),
    ),
    hints=(
        "Take one output value: y[n, o, r, c] is a sum of products. If dy[n, o, r, c] is 1 and "
        "all others are 0, what are dweight, dbias and dx?",
        "Pad x, and make zeros of the padded size for its gradient. For each output row r and "
        "column c cut out the window that starts at (r·stride, c·stride). To dweight[o] add dy "
        "times the window, summed over the batch; to the window's part of the gradient add dy "
        "times weight[o], summed over the filters. In the end cut the padding off.",
    ),
)


# max_pool2d_backward -----------------------------------------------------------------------------


def _pool(rng: np.random.Generator, x: Array, size: Any, stride: Any = None) -> tuple[Any, ...]:
    dy = np.round(rng.normal(size=max_pool2d(x, size, stride).shape), 2)
    return (dy, x, size) if stride is None else (dy, x, size, stride)


def _pools(rng: np.random.Generator) -> list[Case]:
    h, w = int(rng.integers(5, 7)), int(rng.integers(7, 10))
    relu = np.maximum(np.round(rng.normal(size=(2, 2, 6, w))), 0.0)
    relu[:, :, :4, :4] = 0.0  # whole windows of equal values
    return [
        Case("random", _pool(rng, rng.normal(size=(2, 3, 6, 8)), 2)),
        Case("random, after a ReLU", _pool(rng, relu, 2)),
        Case(
            "random, overlapping, ties", _pool(rng, np.round(rng.normal(size=(2, 2, w, h))), 3, 2)
        ),
        Case(
            "random, window 2x3, ties", _pool(rng, np.round(rng.normal(size=(1, 2, h, w))), (2, 3))
        ),
        Case("random, stride 1x2", _pool(rng, rng.normal(size=(2, 2, h, w)), (3, 2), (1, 2))),
    ]


def _numbers(*shape: int, seed: int) -> Array:
    return np.round(np.random.default_rng(seed).normal(size=shape), 2)


def _fixed_pool(x: Array, size: Any, stride: Any = None, seed: int = 61) -> tuple[Any, ...]:
    return _pool(np.random.default_rng(seed), x, size, stride)


_TIES = np.array([[2.0, 2, 0, 0, 1, 3], [2, 2, 0, 0, 3, 3], [0, 5, 4, 1, 0, 0], [5, 5, 4, 4, 0, 7]])


def _shares(dy: Array, x: Array, size: Any, stride: Any, share: Any) -> Array:
    """Hand out each window's gradient by ``share(hit, hits)``: is a cell largest, how many are."""
    largest, dx = max_pool2d(x, size, stride), np.zeros_like(x)
    hits: Any = sum((view == largest).astype(float) for view in window_cells(x, size, stride))
    for view, part in zip(
        window_cells(x, size, stride), window_cells(dx, size, stride), strict=True
    ):
        part += dy * share((view == largest).astype(float), hits)
    return dx


def _all_ties(dy: Array, x: Array, size: Any, stride: Any = None) -> Array:
    return _shares(dy, x, size, stride, lambda hit, hits: hit)


def _no_ties(dy: Array, x: Array, size: Any, stride: Any = None) -> Array:
    return _shares(dy, x, size, stride, lambda hit, hits: hit * (hits == 1))


def _split_ties(dy: Array, x: Array, size: Any, stride: Any = None) -> Array:
    return _shares(dy, x, size, stride, lambda hit, hits: hit / hits)


def _window_by_window(
    dy: Array,
    x: Array,
    size: Any,
    stride: Any = None,
    *,
    last: bool = False,
    overwrite: bool = False,
    one_channel: bool = False,
) -> Array:
    (kh, kw), (sh, sw) = pair(size), pair(size if stride is None else stride)
    dx = np.zeros_like(x)
    for n, k, r, c in np.ndindex(dy.shape):
        seen = x[n, 0 if one_channel else k, r * sh : r * sh + kh, c * sw : c * sw + kw]
        at = seen.size - 1 - int(seen[::-1, ::-1].argmax()) if last else int(seen.argmax())
        row, column = r * sh + at // kw, c * sw + at % kw
        dx[n, k, row, column] = dy[n, k, r, c] + (0 if overwrite else dx[n, k, row, column])
    return dx


def _last_tie(dy: Array, x: Array, size: Any, stride: Any = None) -> Array:
    return _window_by_window(dy, x, size, stride, last=True)


def _overlap_lost(dy: Array, x: Array, size: Any, stride: Any = None) -> Array:
    return _window_by_window(dy, x, size, stride, overwrite=True)


def _first_channel(dy: Array, x: Array, size: Any, stride: Any = None) -> Array:
    return _window_by_window(dy, x, size, stride, one_channel=True)


def _side_by_side(dy: Array, x: Array, size: Any, stride: Any = None) -> Array:
    """Take windows side by side, as far as they and the image go."""
    (kh, kw), fits = pair(size), max_pool2d(x, size).shape
    rows, columns = min(fits[2], dy.shape[2]), min(fits[3], dy.shape[3])
    cut = np.zeros((*x.shape[:2], rows * kh, columns * kw))
    cut[...] = x[:, :, : rows * kh, : columns * kw]
    dx = np.zeros_like(x)
    part = max_pool2d_backward(dy[:, :, :rows, :columns].copy(), cut, size)
    dx[:, :, : rows * kh, : columns * kw] = part
    return dx


MAX_POOL2D_BACKWARD = Exercise(
    id="backprop.max_pool2d_backward",
    reference=reference.max_pool2d_backward,
    points=2,
    visible=(
        Case("one window", (np.array([[[[5.0]]]]), np.array([[[[1.0, 4], [3, 2]]]]), 2)),
        Case("windows side by side", _fixed_pool(_numbers(1, 1, 4, 6, seed=62), 2)),
        Case("batch of two, three channels", _fixed_pool(_numbers(2, 3, 4, 4, seed=63), 2)),
        Case("ties: the first largest pixel gets it", _fixed_pool(_TIES[None, None], 2)),
        Case("ties in overlapping windows 2x3", _fixed_pool(_TIES[None, None], (2, 3), 1)),
        Case("window 2x3", _fixed_pool(_numbers(1, 2, 5, 7, seed=64), (2, 3))),
        Case("overlapping windows", _fixed_pool(_numbers(1, 2, 5, 7, seed=65), 3, 2)),
        Case("stride 1", _fixed_pool(_numbers(1, 1, 3, 4, seed=66), 2, 1)),
        Case("window 3x2, stride 1x2", _fixed_pool(_numbers(2, 2, 5, 7, seed=67), (3, 2), (1, 2))),
        Case(
            "only negative values",
            _fixed_pool(-1e6 * (1 + np.abs(_numbers(1, 2, 4, 4, seed=68))), 2),
        ),
    ),
    hidden=_pools,
    terms=lambda case: 16,
    misconceptions=(
        Misconception(
            "ties counted twice",
            _all_ties,
            "At a tie every largest pixel gets the whole gradient, so it is counted more than "
            "once. One pixel gets it: the first in reading order.",
        ),
        Misconception(
            "ties lost",
            _no_ties,
            "At a tie nobody gets the gradient: that is the rule 1 if a > b else 0 of lecture 001. "
            "After a ReLU ties are common (zeros). The first largest pixel gets it.",
        ),
        Misconception(
            "split at ties",
            _split_ties,
            "At a tie you share the gradient among the largest pixels. That is a valid "
            "subgradient, but here, as in torch, the first in reading order gets all of it.",
        ),
        Misconception(
            "last of the largest",
            _last_tie,
            "At a tie you choose the last of the largest pixels; here, as in torch, the first in "
            "reading order gets the gradient.",
        ),
        Misconception(
            "overlaps overwritten",
            _overlap_lost,
            "A pixel that is largest in several windows keeps only one window's gradient. Every "
            "window contributes: add (+=).",
        ),
        Misconception(
            "spread evenly",
            avg_pool2d_backward,
            "You give every pixel of the window the same share: that is average pooling. Only the "
            "largest pixel influenced the result.",
        ),
        Misconception(
            "position from the first channel",
            _first_channel,
            "You look for the largest pixel in the first channel and use its position in all "
            "channels. Each channel has its own.",
        ),
        Misconception(
            "stride ignored",
            _side_by_side,
            "You step by the window's size; the given `stride` has no effect. It is the default "
            "that equals the size.",
        ),
    ),
    hints=(
        "Only one pixel of each window influenced the output. Which one, and what should it get? "
        "What if a pixel is the largest of two windows?",
        "Start from zeros in the shape of x. For each image, channel and output position cut out "
        "the window and find its largest entry (argmax gives the first, counted in reading order; "
        "divmod with the window's width turns it into row and column); add the output's gradient "
        "at that pixel.",
    ),
)
