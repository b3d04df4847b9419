"""Sentences with entity tags: the column format of CoNLL, WNUT-17 and WikiGold."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Literal, NamedTuple

from coursekit.datasets import storage
from coursekit.datasets.registry import data_file
from coursekit.datasets.splits import choose
from coursekit.errors import CourseError


class TaggedSentence(NamedTuple):
    """The tokens of a sentence and as many tags."""

    tokens: list[str]
    tags: list[str]


_WNUT17 = {
    "train": "wnut17/wnut17train.conll",
    "dev": "wnut17/emerging.dev.conll",
    "test": "wnut17/emerging.test.annotated",
}


def wnut17(split: Literal["train", "dev", "test"] = "train") -> list[TaggedSentence]:
    """WNUT-17: 3,394 (train), 1,009 (dev), 1,287 (test) sentences with BIO tags of six types.

    Raises CourseError for another split, or where the files are missing or damaged.
    Source: Derczynski, Nichols, van Erp, Limsopatham, Results of the WNUT2017 shared task (2017).
    """
    path = choose("wnut17", split, _WNUT17)
    return _parse(storage.read(data_file(path)), path, 0, -1, True)


def wikigold() -> list[TaggedSentence]:
    """WikiGold: 1,696 sentences; LOC, MISC, ORG, PER. The file's I- tags are given as BIO.

    Raises CourseError where not fetched.
    Source: Balasuriya et al., Named entity recognition in Wikipedia (2009).
    """
    path = "wikigold/wikigold.conll.txt"
    return _parse(storage.read(data_file(path)), path, 0, -1, True)


def read_conll(
    path: str | PathLike[str], *, token_column: int = 0, tag_column: int = -1, bio: bool = True
) -> list[TaggedSentence]:
    """Your own file in CoNLL's columns: a token to a line, an empty line after each sentence.

    Meant for data under licence that the course cannot bring, such as CoNLL-2003 (columns: word,
    part of speech, chunk, entity). Columns are separated by tabs or spaces; lines that start with
    -DOCSTART- and repeated empty lines are skipped. With `bio` the tags of a column in IOB1 or
    IOB2 are given as IOB2 (= BIO); without it any column, say part of speech, is read as written.
    Raises CourseError for a file that cannot be read, is not UTF-8, has a line with too few
    columns or, with `bio`, a tag that is neither O nor B-... nor I-....
    Source: Tjong Kim Sang, De Meulder, Introduction to the CoNLL-2003 shared task (2003).
    """
    file = Path(path).expanduser()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CourseError(
            f"Cannot read {file} ({error.strerror}): give the path of a file in CoNLL's column "
            "format."
        ) from error
    return _parse(content, file.name, token_column, tag_column, bio)


def to_bio(tags: list[str]) -> list[str]:
    """Tags of one sentence in IOB1 or IOB2 as IOB2: every entity starts with B-.

    An I- that follows O or another type opens an entity, as conlleval reads it. Tags that are
    IOB2 already do not change.
    """
    result: list[str] = []
    previous = "O"
    for tag in tags:
        opens = tag.startswith("I-") and previous[2:] != tag[2:]
        result.append("B-" + tag[2:] if opens else tag)
        previous = tag
    return result


def _parse(
    content: bytes, name: str, token_column: int, tag_column: int, bio: bool
) -> list[TaggedSentence]:
    """Sentences from the text of a column file; `name` is for error messages."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CourseError(f"{name} is not UTF-8 text (byte {error.start}): convert it.") from error
    # Columns may be counted from the end (-1 is the last).
    needed = max(2, *(c + 1 if c >= 0 else -c for c in (token_column, tag_column)))
    sentences: list[TaggedSentence] = []
    tokens: list[str] = []
    tags: list[str] = []
    # Not splitlines(): it also splits at rarer characters, which occur inside tokens.
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if not line.strip() or line.startswith("-DOCSTART-"):
            if tokens:
                sentences.append(TaggedSentence(tokens, to_bio(tags) if bio else tags))
                tokens, tags = [], []
            continue
        columns = _columns(line.rstrip("\r"))
        if len(columns) < needed:
            raise CourseError(
                f"{name}, line {number}, has too few columns ({len(columns)}, {needed} are "
                f"needed): {line.strip()!r}."
            )
        token, tag = columns[token_column], columns[tag_column]
        if bio and not _is_entity_tag(tag):
            raise CourseError(
                f"{name}, line {number}: {line.strip()!r} has no entity tag (O, B-... or I-...) in "
                f"column {tag_column}: choose another tag_column."
            )
        tokens.append(token)
        tags.append(tag)
    return sentences


def _columns(line: str) -> list[str]:
    """The columns of a line, separated by tabs, or else by spaces."""
    return line.split("\t") if "\t" in line else [part for part in line.split(" ") if part]


def _is_entity_tag(tag: str) -> bool:
    return tag == "O" or (tag[:2] in ("B-", "I-") and len(tag) > 2)
