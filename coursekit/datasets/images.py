"""MNIST and Fashion-MNIST."""

from __future__ import annotations

import gzip
import struct
import zlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.datasets import storage
from coursekit.datasets.embedded import LabelledImages
from coursekit.datasets.registry import data_file
from coursekit.datasets.splits import choose
from coursekit.errors import CourseError

FASHION_MNIST_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

_PREFIX = {"train": "train", "test": "t10k"}


def mnist(split: Literal["train", "test"] = "train") -> LabelledImages:
    """MNIST: images uint8 (N, 28, 28) with grey values 0 to 255, labels (N,) 0 to 9.

    N is 60,000 for "train", 10,000 for "test". Raises CourseError for another split, or where the
    files are missing or damaged.
    Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition
    (1998).
    """
    return _idx_pair("mnist", split)


def fashion_mnist(split: Literal["train", "test"] = "train") -> LabelledImages:
    """Fashion-MNIST: images uint8 (N, 28, 28), labels (N,) that index FASHION_MNIST_CLASSES.

    N is 60,000 for "train", 10,000 for "test". Raises CourseError for another split, or where the
    files are missing or damaged.
    Source: Xiao, Rasul, Vollgraf, Fashion-MNIST (2017), arXiv:1708.07747.
    """
    return _idx_pair("fashion_mnist", split)


def read_idx(content: bytes) -> NDArray[np.uint8]:
    """The array in a (gzipped) IDX file of bytes, the format of MNIST.

    Two zero bytes, the type (8: uint8), the number of axes, each axis as a big-endian 32-bit
    number, then the values. Raises CourseError where the content is not that.
    """
    try:
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        zeros, kind, axes = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{axes}I", content, 4)
    except (struct.error, OSError, EOFError, zlib.error) as error:
        raise CourseError(f"This is not a complete IDX file ({error}).") from error
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if (zeros, kind) != (0, 8) or values.size != int(np.prod(shape)):
        raise CourseError(
            f"This is not an IDX file of bytes: its header announces shape {shape}, "
            f"{values.size:,} values follow."
        )
    # A copy, because an array on top of `bytes` cannot be written to.
    return values.reshape(shape).copy()


def _idx_pair(name: str, split: str) -> LabelledImages:
    """Images and labels of one part of a data set laid out like MNIST."""
    prefix = choose(name, split, _PREFIX)
    images = storage.read(data_file(f"{name}/{prefix}-images-idx3-ubyte.gz"))
    labels = storage.read(data_file(f"{name}/{prefix}-labels-idx1-ubyte.gz"))
    return LabelledImages(read_idx(images), read_idx(labels).astype(np.int64))
