"""Heartbeats."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.datasets import storage
from coursekit.datasets.registry import data_file
from coursekit.datasets.splits import choose


class LabelledSignals(NamedTuple):
    """Signals float64 (N, L) and their labels int64 (N,)."""

    signals: NDArray[np.float64]
    labels: NDArray[np.int64]


def ecg200(split: Literal["train", "test"] = "train") -> LabelledSignals:
    """ECG200: 100 heartbeats of 96 samples in each part; label 1 normal, -1 infarction.

    The archive has scaled each signal to mean 0 and variance 1 (dividing by 95).
    Raises CourseError for another split, or where the files are missing or damaged.
    Source: R. T. Olszewski (2001), UCR time series archive.
    """
    part = choose("ecg200", split, {"train": "TRAIN", "test": "TEST"})
    text = storage.read(data_file(f"ecg200/ECG200_{part}")).decode("ascii")
    rows = np.array([line.split(",") for line in text.splitlines()], dtype=np.float64)
    return LabelledSignals(rows[:, 1:].copy(), rows[:, 0].astype(np.int64))
