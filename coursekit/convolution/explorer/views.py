"""The two explorers as widgets: they check what comes in, call the pure function, pass it on."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import numpy as np
import traitlets
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from coursekit.convolution.explorer.editor import EditorFigure, EditorState, editor_figure
from coursekit.convolution.explorer.pictures import editor_picture, window_picture
from coursekit.convolution.explorer.presets import (
    GALLERY,
    IMAGES,
    KERNELS,
    Preset,
    own_grid,
)
from coursekit.convolution.explorer.window import WindowFigure, WindowState, window_figure
from coursekit.errors import CourseError
from coursekit.plotting.controls import Choice, Control, Slider, Switch
from coursekit.plotting.explorer import Explorer, FigureData, view_source

LARGEST_IMAGE = 10
LARGEST_KERNEL = 5
PHOTO_SIDE = 180

_PACKAGE = "coursekit.convolution.explorer"
_OWN = "yours"


def _choice(name: str, label: str, presets: Mapping[str, Preset], help_text: str) -> Choice:
    options = tuple((key, preset.label) for key, preset in presets.items())
    return Choice(name, label, options, help_text)


def window_controls(
    images: Mapping[str, Preset] = IMAGES, kernels: Mapping[str, Preset] = KERNELS
) -> tuple[Control, ...]:
    """The controls of the sliding window."""
    return (
        _choice("image", "image", images, "which image the window slides over"),
        _choice("kernel", "kernel", kernels, "the weights of the window"),
        Slider("padding", "padding", 0, 3, "width of the frame of zeros around the image"),
        Slider("stride", "stride", 1, 3, "pixels from one window to the next"),
        Slider("dilation", "dilation", 1, 3, "pixels from one weight to the next"),
        Switch("flip", "flip kernel", "turn the kernel by 180 degrees before sliding"),
    )


class SlidingWindow(Explorer):
    """A kernel sliding over a small image; see `sliding_window`."""

    _esm, _css = view_source(_PACKAGE, "sliding_window")

    def __init__(
        self,
        images: Mapping[str, Preset],
        kernels: Mapping[str, Preset],
        state: Mapping[str, Any],
    ) -> None:
        self._images, self._kernels = images, kernels
        super().__init__(window_controls(images, kernels), state)

    def compute(self, state: Mapping[str, Any]) -> WindowFigure:
        """Figure data of a state in which image and kernel are names."""
        values = dict(state)
        values["image"] = self._images[values["image"]].grid
        values["kernel"] = self._kernels[values["kernel"]].grid
        hover = values.pop("hover")
        return window_figure(
            WindowState(**values, hover=None if hover is None else (hover[0], hover[1]))
        )

    def encode(self, figure: FigureData) -> dict[str, Any]:
        """All fields by name."""
        return asdict(cast(WindowFigure, figure))

    def draw(self, figure: FigureData) -> Figure:
        """The still picture."""
        return window_picture(cast(WindowFigure, figure))


def sliding_window(
    image: str | ArrayLike = "lecture",
    kernel: str | ArrayLike = "corner",
    *,
    padding: int = 0,
    stride: int = 1,
    dilation: int = 1,
    flip: bool = False,
    position: tuple[int, int] = (0, 0),
) -> SlidingWindow:
    """Slide a kernel over a small image and read the sum behind every output value.

    Hover over an output value or click on it; with the keyboard, tab to the output and use the
    arrow keys. Move the controls in the view, or from Python with ``update(stride=2)``.

    Args:
        image: a name of `IMAGES`, or your own (H, W) of at most 10×10 numbers.
        kernel: a name of `KERNELS`, or your own of at most 5×5 numbers.
        padding: width of the frame of zeros, 0 to 3.
        stride: pixels from one window to the next, 1 to 3.
        dilation: pixels from one weight to the next, 1 to 3.
        flip: turn the kernel by 180 degrees first (convolution as mathematics defines it).
        position: row and column of the output value to explain first.

    Raises:
        CourseError: a value that the explorer does not offer.

    Source: lecture 001, "Convolution", "Padding", "Stride and Downsampling".
    """
    images, kernels = dict(IMAGES), dict(KERNELS)
    if not isinstance(image, str):
        images[_OWN] = Preset("yours", own_grid(image, "image", LARGEST_IMAGE))
        image = _OWN
    if not isinstance(kernel, str):
        kernels[_OWN] = Preset("yours", own_grid(kernel, "kernel", LARGEST_KERNEL))
        kernel = _OWN
    try:
        row, column = (int(index) for index in position)
    except (TypeError, ValueError):
        raise CourseError("position must be the row and the column of an output value.") from None
    state = {
        "image": image,
        "kernel": kernel,
        "padding": padding,
        "stride": stride,
        "dilation": dilation,
        "flip": flip,
        "row": row,
        "column": column,
        "hover": None,
    }
    return SlidingWindow(images, kernels, state)


EDITOR_CONTROLS: tuple[Control, ...] = (
    _choice("kernel", "kernel", GALLERY, "start from one of these, then change its weights"),
    Switch("normalise", "normalise", "divide the weights by their sum"),
    Choice(
        "show",
        "show output",
        (
            ("auto", "automatically"),
            ("clipped", "cut off at black and white"),
            ("signed", "with signs: grey is 0"),
        ),
        "how output values become grey",
    ),
)


class KernelEditor(Explorer):
    """A photograph filtered with weights that can be edited; see `kernel_editor`."""

    _esm, _css = view_source(_PACKAGE, "kernel_editor")

    photo = traitlets.Dict().tag(sync=True)

    def __init__(self, photo: NDArray[np.float64], state: Mapping[str, Any]) -> None:
        self._photo = photo
        height, width = photo.shape
        grey = np.rint(255 * photo).astype(np.uint8)
        sent = {"source": _png_address(grey), "height": height, "width": width}
        super().__init__(EDITOR_CONTROLS, state, photo=sent)

    @property
    def kernel(self) -> NDArray[np.float64] | None:
        """The weights as they are applied now, or None while a field holds no number."""
        weights = cast(EditorFigure, self.now).weights
        return None if weights is None else np.array(weights)

    def compute(self, state: Mapping[str, Any]) -> EditorFigure:
        """Figure data of a state."""
        cells = state["cells"]
        typed = None if cells is None else tuple(tuple(map(str, row)) for row in cells)
        return editor_figure(EditorState(**{**state, "cells": typed}), self._photo)

    def encode(self, figure: FigureData) -> dict[str, Any]:
        """All fields by name, but the output as the address of a picture."""
        editor = cast(EditorFigure, figure)
        fields = {key: value for key, value in vars(editor).items() if key != "output"}
        pixels = editor.pixels
        fields["pixels"] = (
            None
            if pixels is None
            else {
                "source": _png_address(pixels),
                "height": pixels.shape[0],
                "width": pixels.shape[1],
            }
        )
        return fields

    def draw(self, figure: FigureData) -> Figure:
        """The still picture."""
        return editor_picture(cast(EditorFigure, figure), self._photo)


def kernel_editor(
    kernel: str | ArrayLike = "identity",
    *,
    photo: ArrayLike | None = None,
    normalise: bool = False,
    show: str = "auto",
) -> KernelEditor:
    """Filter a photograph with a kernel whose weights you can change.

    ``kernel_editor().kernel`` gives the present weights as an array.

    Args:
        kernel: a name of `GALLERY`, or your own weights of at most 5×5 numbers.
        photo: grey image (H, W) with values 0 to 1; the photograph of a temple if not given.
        normalise: divide the weights by their sum.
        show: "auto", "clipped" or "signed".

    Raises:
        CourseError: a value that the explorer does not offer.

    Source: lecture 001, "Convolution" (blur, sharpen and edge kernels).
    """
    cells = None
    if not isinstance(kernel, str):
        cells = [list(map(repr, row)) for row in own_grid(kernel, "kernel", LARGEST_KERNEL)]
        kernel = "identity"
    state = {"kernel": kernel, "cells": cells, "normalise": normalise, "show": show}
    return KernelEditor(_grey_photo(photo), state)


def _grey_photo(photo: ArrayLike | None) -> NDArray[np.float64]:
    if photo is None:
        from coursekit.datasets import photograph

        photo = photograph("china", size=PHOTO_SIDE, grey=True)
    grey = np.asarray(photo, dtype=float)
    if grey.ndim != 2 or min(grey.shape) < LARGEST_KERNEL or grey.size > 400 * 400:
        raise CourseError(
            f"photo must be a grey image (rows, columns) from {LARGEST_KERNEL}×{LARGEST_KERNEL} "
            "to 400×400 pixels."
        )
    if not (grey.min() >= 0 and grey.max() <= 1):
        raise CourseError("photo must hold grey values from 0 (black) to 1 (white).")
    return grey


def _png_address(pixels: NDArray[np.uint8]) -> str:
    """Encode grey values (H, W) as the address of a PNG picture that needs no file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="png", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
