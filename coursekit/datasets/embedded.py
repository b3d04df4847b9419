"""Real images that come with scikit-learn, so that every lesson runs without a download."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.errors import CourseError

PHOTOGRAPHS = ("china", "flower")

# ITU-R BT.601 luma: what the eye makes of red, green and blue.
GREY_WEIGHTS = np.array([0.299, 0.587, 0.114])

# The last 500 digits are held out. They are not shuffled: the digits come writer by writer, and a
# shuffled split would put the same hand on both sides.
DIGITS_TRAIN = 1297


class LabelledImages(NamedTuple):
    """Images uint8 (N, H, W) and their labels int64 (N,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]


def digits(split: Literal["all", "train", "test"] = "all") -> LabelledImages:
    """The 1,797 handwritten digits of scikit-learn: images (N, 8, 8) with grey values 0 to 16.

    `split`: "all" 1,797 digits, "train" the first 1,297, "test" the last 500.
    Raises CourseError for any other split, or where scikit-learn is not installed.
    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (UCI, 1998), test
    part, by 13 writers, CC BY 4.0.
    """
    parts = {
        "all": slice(None),
        "train": slice(None, DIGITS_TRAIN),
        "test": slice(DIGITS_TRAIN, None),
    }
    if split not in parts:
        raise CourseError(f"digits() has no split {split!r}: choose one of {', '.join(parts)}.")
    _require("sklearn", "scikit-learn")
    from sklearn.datasets import load_digits

    bunch = load_digits()
    part = parts[split]
    return LabelledImages(bunch.images[part].astype(np.uint8), bunch.target[part].astype(np.int64))


def photograph(
    name: str = "china",
    size: int | tuple[int, int] | None = None,
    *,
    grey: bool = False,
    dtype: Literal["float64", "uint8"] = "float64",
) -> NDArray[np.float64] | NDArray[np.uint8]:
    """One of scikit-learn's two sample photographs, (427, 640, 3), or (427, 640) where `grey`.

    `name`: "china" (a temple) or "flower". `dtype`: "float64" with values 0 to 1, or "uint8" with
    values 0 to 255. `size`: None for the original, a number for the length of the longer side (the
    other follows), or (height, width); each new pixel is the mean over the area that it covers.
    Raises CourseError for an unknown name, a dtype or a size that is not offered (a size may
    only shrink), or where scikit-learn or Pillow is missing.
    Source: scikit-learn's sample images, china.jpg by danielbuechele and flower.jpg by vultilion,
    CC BY 2.0.
    """
    if name not in PHOTOGRAPHS:
        raise CourseError(
            f"There is no photograph {name!r}: choose one of {', '.join(PHOTOGRAPHS)}."
        )
    if dtype not in ("float64", "uint8"):
        raise CourseError(f"photograph() gives dtype 'float64' or 'uint8', not {dtype!r}.")
    _require("sklearn", "scikit-learn")
    _require("PIL", "pillow")
    from sklearn.datasets import load_sample_image

    image = load_sample_image(f"{name}.jpg").astype(np.float64)
    if grey:
        image = image @ GREY_WEIGHTS
    if size is not None:
        image = area_downscale(image, _target_size(size, image.shape[0], image.shape[1]))
    if dtype == "uint8":
        return np.rint(image).astype(np.uint8)
    return image / 255


def area_downscale(image: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    """Shrink an image (H, W) or (H, W, C) to size (h, w), each new pixel the mean of its area.

    The mean of the image is kept. Raises CourseError if the new size is larger than the old.
    """
    rows = _area_weights(image.shape[0], size[0])
    columns = _area_weights(image.shape[1], size[1])
    small = np.einsum("hH,wW,HW...->hw...", rows, columns, image, optimize=True)
    # Rounding may leave a mean a little outside the values that it is the mean of.
    return np.clip(small, image.min(), image.max())


def _area_weights(old: int, new: int) -> NDArray[np.float64]:
    """Matrix (new, old): the share of each old pixel in each new one. Every row sums to one."""
    if not 1 <= new <= old:
        raise CourseError(f"Cannot shrink {old} pixels to {new}: choose a number from 1 to {old}.")
    edges = np.arange(new + 1) * (old / new)
    left = np.arange(old)
    overlap = np.minimum(edges[1:, None], left + 1) - np.maximum(edges[:-1, None], left)
    return np.clip(overlap, 0, None) * (new / old)


def _target_size(size: int | tuple[int, int], height: int, width: int) -> tuple[int, int]:
    """The (height, width) that a `size` argument asks for."""
    if isinstance(size, tuple):
        if len(size) == 2 and all(isinstance(side, int) for side in size):
            return size
    elif isinstance(size, int):
        scale = size / max(height, width)
        other = max(1, round(min(height, width) * scale))
        return (size, other) if height >= width else (other, size)
    raise CourseError(f"size must be a whole number or (height, width), not {size!r}.")


def _require(module: str, package: str) -> None:
    """Say in one sentence which package is missing, instead of a traceback of imports."""
    if find_spec(module) is None:
        raise CourseError(
            f"The course's own images need {package}, which is not installed here: "
            f"run `python -m pip install {package}`."
        )
