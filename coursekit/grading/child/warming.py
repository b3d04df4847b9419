"""What a zygote does once, so that no student's process has to do it slowly."""

from __future__ import annotations


def warm(packages: list[str]) -> None:
    """Do once what the first call of a process would do slowly."""
    import linecache  # noqa: F401 - the first traceback needs it
    import random  # noqa: F401

    import numpy as np

    np.random.default_rng(0).normal(size=(4, 4)).round().dot(np.eye(4)).astype(np.float32)
    np.lib.stride_tricks.sliding_window_view(np.zeros((4, 4)), (2, 2)).sum()
    np.einsum("ij,jk->ik", np.eye(3), np.eye(3), optimize=True)
    np.linalg.norm(np.eye(3))
    if "torch" in packages:
        warm_torch()


def warm_torch() -> None:
    """Take one training step: the first one in a fresh process is slow."""
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    layer = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(8, 2))
    step = torch.optim.Adam(layer.parameters())
    torch.nn.functional.cross_entropy(
        layer(torch.zeros(1, 1, 4, 4)), torch.zeros(1).long()
    ).backward()
    step.step()
