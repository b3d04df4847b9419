"""Shows things where the student is: HTML in a notebook, text in a terminal or script."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Protocol


class Showable(Protocol):
    """Anything with a text form and an HTML form."""

    def text(self) -> str:
        """Plain text for a terminal."""
        ...

    def html(self) -> str:
        """A fragment of HTML for a notebook."""
        ...


@dataclass(frozen=True)
class Note:
    """A titled sentence."""

    title: str
    body: str

    def text(self) -> str:
        """Title and body on one line."""
        return f"{self.title}: {self.body}"

    def html(self) -> str:
        """Title and body, escaped."""
        from coursekit.core.templates import with_code

        return f"<p><strong>{with_code(self.title)}</strong>: {with_code(self.body)}</p>"


def _kernel_shell() -> Any:
    """Return IPython's shell if it belongs to a notebook kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if shell is not None and hasattr(shell, "kernel") else None


def show(item: Showable) -> None:
    """Show an item now."""
    shell = _kernel_shell()
    if shell is None:
        print(item.text())
    else:
        shell.display_pub.publish({"text/plain": item.text(), "text/html": item.html()})


def current_cell() -> str | None:
    """Return the id of the notebook cell that is running, where the front end tells it."""
    shell = _kernel_shell()
    if shell is None:
        return None
    cell = shell.kernel.get_parent("shell").get("metadata", {}).get("cellId")
    return str(cell) if cell else None
