"""Fills the package's HTML templates; everything inserted is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader


@cache
def _environment() -> Environment:
    loader = PackageLoader("coursekit.core", "html")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def render(name: str, **values: Any) -> str:
    """Fill one template of ``coursekit/core/html``."""
    return _environment().get_template(name).render(**values)
