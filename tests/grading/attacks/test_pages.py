"""Markup in what students write is text on the pages that show it."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np

from attacks import vault
from coursekit.core.calling import Printed, local_call
from coursekit.core.feedback import Feedback
from coursekit.core.judging import judge

MARKUP = "</code></pre><script>alert(1)</script><img src=x onerror=alert(2)>`<b>{{ 7 * 7 }}"


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.handlers: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.handlers |= {name for name, _ in attributes if name.startswith("on")}


def shown(function: object) -> str:
    printed = Printed()
    verdict = judge(vault.SCALE, vault.SCALE.visible, local_call(vault.SCALE, function, printed))
    return Feedback(verdict, printed).html()


def harmless(page: str) -> bool:
    parser = _Elements()
    parser.feed(page)
    return not parser.found & {"script", "img", "b"} and not parser.handlers and "49" not in page


def test_markup_in_a_message() -> None:
    def scale(x: np.ndarray, factor: float = 2.0) -> np.ndarray:
        raise ValueError(MARKUP)

    assert harmless(shown(scale))
    assert "&lt;script&gt;" in shown(scale)


def test_markup_in_the_name_of_a_type() -> None:
    def scale(x: np.ndarray, factor: float = 2.0) -> object:
        return type(MARKUP, (), {})()

    def raises(x: np.ndarray, factor: float = 2.0) -> object:
        raise type(MARKUP, (Exception,), {})("no")

    assert harmless(shown(scale))
    assert harmless(shown(raises))


def test_markup_in_a_representation() -> None:
    class Shown:
        def __repr__(self) -> str:
            return MARKUP

    def scale(x: np.ndarray, factor: float = 2.0) -> object:
        return [Shown()]

    assert harmless(shown(scale))


def test_markup_in_what_is_printed() -> None:
    def scale(x: np.ndarray, factor: float = 2.0) -> np.ndarray:
        print(MARKUP)
        return x * factor

    assert harmless(shown(scale))
