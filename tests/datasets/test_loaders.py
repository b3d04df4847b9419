"""The real data sets, read from the mirror: shapes, counts and well-known contents."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

from coursekit import datasets
from coursekit.datasets.images import read_idx
from coursekit.errors import CourseError


@pytest.mark.usefixtures("real_mirror")
class TestRealData:
    @pytest.mark.parametrize(
        ("load", "split", "count", "first", "mean"),
        [
            # The means are the published normalisation constants 0.1307 and 0.2860.
            (datasets.mnist, "train", 60_000, [5, 0, 4, 1, 9], 0.1307),
            (datasets.mnist, "test", 10_000, [7, 2, 1, 0, 4], 0.1325),
            (datasets.fashion_mnist, "train", 60_000, [9, 0, 0, 3, 0], 0.2860),
            (datasets.fashion_mnist, "test", 10_000, [9, 2, 1, 1, 6], 0.2868),
        ],
    )
    def test_images(self, load, split, count, first, mean):
        images, labels = load(split)
        assert images.shape == (count, 28, 28)
        assert images.dtype == np.uint8
        assert labels.shape == (count,)
        assert labels.dtype == np.int64
        assert labels[:5].tolist() == first
        assert set(labels.tolist()) == set(range(10))
        assert images.mean() / 255 == pytest.approx(mean, abs=5e-5)

    def test_images_may_be_changed_without_changing_the_next_load(self):
        images, _ = datasets.mnist("test")
        images[0] = 255
        assert datasets.mnist("test").images[0].mean() < 128

    def test_names(self):
        names = datasets.names()
        assert len(names) == 32_033
        assert names[:3] == ["emma", "olivia", "ava"]
        assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")

    def test_tiny_shakespeare(self):
        text = datasets.tiny_shakespeare()
        assert len(text) == 1_115_394
        assert len(set(text)) == 65
        assert text.startswith("First Citizen:\n")

    @pytest.mark.parametrize(("split", "tokens"), [("valid", 217_646), ("test", 245_569)])
    def test_wikitext2_has_the_published_number_of_tokens(self, split, tokens):
        text = datasets.wikitext2(split)
        # The published counts include an end mark for each line.
        assert len(text.split()) + text.count("\n") == tokens

    def test_questions_words(self):
        sections = datasets.questions_words()
        assert len(sections) == 14
        assert sum(map(len, sections.values())) == 19_544
        assert sections["family"][0] == ("boy", "girl", "brother", "sister")

    def test_rated_pairs(self):
        wordsim, simlex = datasets.wordsim353(), datasets.simlex999()
        assert (len(wordsim), len(simlex)) == (353, 999)
        assert wordsim[1] == ("tiger", "cat", 7.35)
        assert simlex[0] == ("old", "new", 1.58)
        assert all(0 <= pair.rating <= 10 for pair in wordsim + simlex)

    @pytest.mark.parametrize(
        ("split", "sentences", "tokens", "entities"),
        [("train", 3394, 62_730, 1975), ("dev", 1009, 15_733, 836), ("test", 1287, 23_394, 1079)],
    )
    def test_wnut17_has_the_published_counts(self, split, sentences, tokens, entities):
        data = datasets.wnut17(split)
        tags = [tag for sentence in data for tag in sentence.tags]
        assert (len(data), len(tags)) == (sentences, tokens)
        assert sum(tag.startswith("B-") for tag in tags) == entities
        assert {tag[2:] for tag in tags} - {""} == {
            "corporation",
            "creative-work",
            "group",
            "location",
            "person",
            "product",
        }

    def test_wikigold_is_given_as_bio(self):
        data = datasets.wikigold()
        assert len(data) == 1696
        assert sum(len(sentence.tokens) for sentence in data) == 39_007
        assert data[0].tokens[10:14] == ["The", "Mad", "Capsule", "Markets"]
        assert data[0].tags[10:14] == ["B-ORG", "I-ORG", "I-ORG", "I-ORG"]

    @pytest.mark.parametrize(("split", "normal"), [("train", 69), ("test", 64)])
    def test_ecg200(self, split, normal):
        signals, labels = datasets.ecg200(split)
        assert signals.shape == (100, 96)
        assert sorted(set(labels.tolist())) == [-1, 1]
        assert (labels == 1).sum() == normal
        np.testing.assert_allclose(signals.mean(axis=1), 0, atol=1e-6)
        np.testing.assert_allclose(signals.std(axis=1, ddof=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: datasets.mnist("valid"),
        lambda: datasets.fashion_mnist("dev"),
        lambda: datasets.wikitext2("train"),
        lambda: datasets.wnut17("valid"),
        lambda: datasets.ecg200("all"),
    ],
)
def test_an_unknown_part_names_the_parts(call):
    with pytest.raises(CourseError, match=r"has no part '.*': choose one of .*t"):
        call()


@pytest.mark.parametrize(
    ("call", "command"),
    [
        (datasets.mnist, "data fetch mnist`"),
        (datasets.tiny_shakespeare, "data fetch tinyshakespeare`"),
        (datasets.questions_words, "data fetch analogies`"),
        (datasets.simlex999, "data fetch wordsim`"),
        (datasets.wikigold, "data fetch wikigold`"),
        (datasets.ecg200, "data fetch ecg200`"),
    ],
)
def test_a_data_set_that_was_not_fetched_names_the_command(call, command):
    with pytest.raises(CourseError, match=command):
        call()


def idx(*shape: int, kind: int = 8, values: int | None = None) -> bytes:
    header = struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape)
    return header + bytes(range(int(np.prod(shape)) if values is None else values))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_is_read_packed_or_not(pack):
    expected = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    np.testing.assert_array_equal(read_idx(pack(idx(2, 3, 4))), expected)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        b"<html>404</html>",
        gzip.compress(idx(2, 3))[:-9],
        idx(2, 3)[:6],
        idx(2, 3, values=5),
        idx(2, 3, values=7),
        idx(2, 3, kind=13),
    ],
)
def test_what_is_not_idx_is_one_sentence(content):
    with pytest.raises(CourseError, match=r"not a complete IDX file|not an IDX file of bytes"):
        read_idx(content)
