"""Fills the package's HTML templates; everything inserted is escaped."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader


@cache
def _environment() -> Environment:
    loader = PackageLoader("coursekit.core", "html")
    made = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters["code"] = with_code
    return made


def with_code(text: str) -> str:
    """Escape a text for HTML; what stands between backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def render(name: str, **values: Any) -> str:
    """Fill one template of ``coursekit/core/html``."""
    return _environment().get_template(name).render(**values)
