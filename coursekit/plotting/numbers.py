"""Numbers as people read them."""

from __future__ import annotations


def format_number(value: float, decimals: int = 2) -> str:
    """Write a number as short as its rounding allows, with a true minus sign: 3, 0.25, −1."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text.replace("-", "\N{MINUS SIGN}")
