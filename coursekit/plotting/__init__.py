"""One palette and one style for every figure of the course."""

from coursekit.plotting.figures import (
    figure_png,
    image_row,
    show_image,
    show_matrix,
    show_signed,
    use_style,
)
from coursekit.plotting.matrices import matrix_row
from coursekit.plotting.numbers import format_number
from coursekit.plotting.palette import (
    BLUE,
    CYCLE,
    DIVERGING,
    GREEN,
    GREY,
    PALETTE,
    PURPLE,
    SEQUENTIAL,
    VERMILION,
)

__all__ = [
    "BLUE",
    "CYCLE",
    "DIVERGING",
    "GREEN",
    "GREY",
    "PALETTE",
    "PURPLE",
    "SEQUENTIAL",
    "VERMILION",
    "figure_png",
    "format_number",
    "image_row",
    "matrix_row",
    "show_image",
    "show_matrix",
    "show_signed",
    "use_style",
]
