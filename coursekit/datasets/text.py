"""Texts and word lists for language models and word vectors."""

from __future__ import annotations

from typing import Literal, NamedTuple

from coursekit.datasets import storage
from coursekit.datasets.registry import data_file
from coursekit.datasets.splits import choose


class Analogy(NamedTuple):
    """a is to b as c is to d: (Athens, Greece, Baghdad, Iraq)."""

    a: str
    b: str
    c: str
    d: str


class RatedPair(NamedTuple):
    """Two words and how alike people find them, 0 to 10."""

    first: str
    second: str
    rating: float


def names() -> list[str]:
    """32,033 given names in lower case, as in makemore. Raises CourseError where not fetched."""
    return _text("names/names.txt").split()


def tiny_shakespeare() -> str:
    """1,115,394 characters of Shakespeare's plays. Raises CourseError where not fetched.

    Source: A. Karpathy, The unreasonable effectiveness of recurrent neural networks (2015).
    """
    return _text("tinyshakespeare/input.txt")


def wikitext2(split: Literal["valid", "test"] = "valid") -> str:
    """WikiText-2, tokens separated by spaces, rare words as <unk>, one paragraph to a line.

    Raises CourseError for another split (the training part is not in the registry), or where the
    files are missing or damaged.
    Source: Merity, Xiong, Bradbury, Socher, Pointer sentinel mixture models (2016).
    """
    return _text(choose("wikitext2", split, {part: f"wikitext2/{part}.txt" for part in _WIKITEXT}))


def questions_words() -> dict[str, list[Analogy]]:
    """19,544 analogies by section, for example "capital-common-countries", in the file's order.

    Raises CourseError where not fetched.
    Source: Mikolov, Chen, Corrado, Dean, Efficient estimation of word representations in vector
    space (2013).
    """
    sections: dict[str, list[Analogy]] = {}
    section: list[Analogy] = []
    for line in _text("analogies/questions-words.txt").splitlines():
        if line.startswith(": "):
            section = sections.setdefault(line[2:], [])
        else:
            section.append(Analogy(*line.split()))
    return sections


def wordsim353() -> list[RatedPair]:
    """353 word pairs rated by people for relatedness. Raises CourseError where not fetched.

    Source: Finkelstein et al., Placing search in context (2002).
    """
    return _rated_pairs("wordsim/EN-WS-353-ALL.txt")


def simlex999() -> list[RatedPair]:
    """999 word pairs rated by people for similarity. Raises CourseError where not fetched.

    Source: Hill, Reichart, Korhonen, SimLex-999 (2015).
    """
    return _rated_pairs("wordsim/EN-SIMLEX-999.txt")


_WIKITEXT = ("valid", "test")


def _rated_pairs(path: str) -> list[RatedPair]:
    rows = (line.split() for line in _text(path).splitlines())
    return [RatedPair(first, second, float(rating)) for first, second, rating in rows]


def _text(path: str) -> str:
    return storage.read(data_file(path)).decode("utf-8")
