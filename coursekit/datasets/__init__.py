"""Data for the lessons: images that are always there, and real data sets fetched on request.

Real data sets are brought by ``coursekit data fetch NAME`` (or ``fetch(name)``) to the user's cache
folder, or COURSEKIT_DATA, and read from there; COURSEKIT_MIRROR names a folder to read instead.
"""

from coursekit.datasets.download import fetch
from coursekit.datasets.embedded import LabelledImages, area_downscale, digits, photograph
from coursekit.datasets.images import FASHION_MNIST_CLASSES, fashion_mnist, mnist
from coursekit.datasets.signals import LabelledSignals, ecg200
from coursekit.datasets.tagging import TaggedSentence, read_conll, to_bio, wikigold, wnut17
from coursekit.datasets.text import (
    Analogy,
    RatedPair,
    names,
    questions_words,
    simlex999,
    tiny_shakespeare,
    wikitext2,
    wordsim353,
)

__all__ = [
    "FASHION_MNIST_CLASSES",
    "Analogy",
    "LabelledImages",
    "LabelledSignals",
    "RatedPair",
    "TaggedSentence",
    "area_downscale",
    "digits",
    "ecg200",
    "fashion_mnist",
    "fetch",
    "mnist",
    "names",
    "photograph",
    "questions_words",
    "read_conll",
    "simlex999",
    "tiny_shakespeare",
    "to_bio",
    "wikigold",
    "wikitext2",
    "wnut17",
    "wordsim353",
]
