"""Lesson 01, things to move: the sliding window and the kernel editor."""

from coursekit.convolution.explorer.editor import EditorFigure, EditorState, editor_figure
from coursekit.convolution.explorer.presets import GALLERY, IMAGES, KERNELS
from coursekit.convolution.explorer.views import kernel_editor, sliding_window
from coursekit.convolution.explorer.window import WindowFigure, WindowState, window_figure

__all__ = [
    "GALLERY",
    "IMAGES",
    "KERNELS",
    "EditorFigure",
    "EditorState",
    "WindowFigure",
    "WindowState",
    "editor_figure",
    "kernel_editor",
    "sliding_window",
    "window_figure",
]
