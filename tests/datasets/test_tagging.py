"""CoNLL's column format as it is found in the wild."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.datasets import read_conll, to_bio
from coursekit.errors import CourseError

# Written for this test in the columns of CoNLL-2003: IOB1, where B- only parts neighbours.
CONLL_2003 = """-DOCSTART- -X- O O

Ada NNP I-NP I-PER
Lovelace NNP I-NP I-PER
met VBD I-VP O
Babbage NNP I-NP I-PER
Herschel NNP B-NP B-PER
. . O O


Turin NNP I-NP I-LOC

-DOCSTART- -X- -X- O
Rain NN I-NP O
"""


@pytest.fixture
def write(tmp_path):
    def make(content: str | bytes) -> Path:
        path = tmp_path / "own.txt"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def test_conll_2003_is_read_as_bio(write):
    first, second, third = read_conll(write(CONLL_2003))
    assert first.tokens == ["Ada", "Lovelace", "met", "Babbage", "Herschel", "."]
    assert first.tags == ["B-PER", "I-PER", "O", "B-PER", "B-PER", "O"]
    assert second == (["Turin"], ["B-LOC"])
    assert third == (["Rain"], ["O"])


def test_as_written_keeps_iob1(write):
    first, *_ = read_conll(write(CONLL_2003), bio=False)
    assert first.tags == ["I-PER", "I-PER", "O", "I-PER", "B-PER", "O"]


def test_any_column_can_be_read_as_written(write):
    first, *_ = read_conll(write(CONLL_2003), tag_column=1, bio=False)
    assert first.tags == ["NNP", "NNP", "VBD", "NNP", "NNP", "."]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: "\n \n\t\n" + text + "\n\n\n",
        lambda text: text.replace(" ", "\t"),
        lambda text: text.replace(" ", "   "),
    ],
    ids=["CRLF", "BOM", "no newline at the end", "stray blank lines", "tabs", "several spaces"],
)
def test_the_layout_of_the_file_does_not_matter(write, change):
    expected = read_conll(write(CONLL_2003))
    assert read_conll(write(change(CONLL_2003)), tag_column=3) == expected


def test_rare_white_space_inside_a_token_stays_inside(write):
    (sentence,) = read_conll(write("a\x85b\tO\nc\u00a0d\tB-X\n"))
    assert sentence.tokens == ["a\x85b", "c\u00a0d"]


def test_an_empty_file_has_no_sentence(write):
    assert read_conll(write("")) == []


@pytest.mark.parametrize(
    ("tags", "bio"),
    [
        ("I-A I-A O I-A", "B-A I-A O B-A"),
        ("I-A I-B I-B", "B-A B-B I-B"),
        ("I-A B-A I-A", "B-A B-A I-A"),
        ("B-A I-A B-B O I-B", "B-A I-A B-B O B-B"),
        ("B-A I-B", "B-A B-B"),
        ("", ""),
    ],
)
def test_to_bio_opens_every_entity_with_b(tags, bio):
    assert to_bio(tags.split()) == bio.split()


@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"])))
def test_to_bio_does_nothing_the_second_time(tags):
    once = to_bio(tags)
    assert to_bio(once) == once
    assert [tag[2:] for tag in once] == [tag[2:] for tag in tags]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Ada I-PER\nalone\n", r"line 2, has too few columns \(1, 2 are needed\): 'alone'"),
        ("Ada I-PER\nO\n", "line 2, has too few columns"),
        ("Ada NNP\n", r"line 1.*no entity tag \(O, B-... or I-...\).*choose another tag_column"),
        ("Ada B-\n", "line 1.*no entity tag"),
        (b"caf\xe9 O\n", "not UTF-8 text .byte 3."),
    ],
)
def test_a_file_in_another_format_is_one_sentence(write, content, sentence):
    with pytest.raises(CourseError, match=sentence):
        read_conll(write(content))


def test_a_column_that_is_not_there_is_one_sentence(write):
    for column in (3, -4):
        with pytest.raises(CourseError, match=r"line 1, has too few columns \(2, 4 are needed\)"):
            read_conll(write("Ada I-PER\n"), tag_column=column)


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_a_path_that_cannot_be_read_is_one_sentence(tmp_path, name):
    with pytest.raises(CourseError, match="give the path of a file in CoNLL's column format"):
        read_conll(tmp_path / name)
