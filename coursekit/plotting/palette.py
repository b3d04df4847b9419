"""The colours of the course.

Blue, vermilion, green and purple are those of Okabe and Ito ("Color Universal Design", 2008); their
lighter ones (yellow, orange, sky blue) are left out because they vanish on white. Every colour
here has a contrast of at least 3:1 both on white and on JupyterLab's dark background (WCAG 2.1,
1.4.11), and any two stay apart in the three common kinds of colour blindness.
"""

from __future__ import annotations

from typing import Final

BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
GREY: Final = "#767676"

PALETTE: Final[dict[str, str]] = {
    "blue": BLUE,
    "vermilion": VERMILION,
    "green": GREEN,
    "purple": PURPLE,
    "grey": GREY,
}
"""Name -> hex code. The same names are CSS variables in the explorers (``--ck-blue`` ...)."""

LineStyle = str | tuple[int, tuple[int, ...]]

CYCLE: Final[tuple[tuple[str, LineStyle, str], ...]] = (
    (BLUE, "-", "o"),
    (VERMILION, "--", "s"),
    (GREEN, "-.", "^"),
    (PURPLE, ":", "D"),
    (GREY, (0, (5, 1, 1, 1, 1, 1)), "v"),
)
"""Colour, line style and marker of the first five series: colour is never the only difference."""

SEQUENTIAL: Final = "cividis"
"""Colour map for quantities from small to large; the same to every kind of colour vision."""

DIVERGING: Final = "PuOr_r"
"""Colour map for quantities around zero: purple below, white at zero, orange above."""
