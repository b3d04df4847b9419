"""The given cell edited: other parameters, annotations, more decorators."""

# expect: passed
# points: 1
# reason: ^$

# %%
import functools

import coursekit as ck
import numpy as np


def loud(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        print("calling")
        return function(*args, **kwargs)

    return inner


@ck.exercise("vault.scale")
@loud
def scale(x: np.ndarray, factor: float = 2.0, *more, **options) -> np.ndarray:
    return x * factor
