"""Puts the folder of all packages back on the path and imports from there."""

# expect: error
# reason: Case 1 \(by two\): (ModuleNotFoundError|FileNotFoundError|PermissionError)
# beyond process: an ordinary process reads what its account may read

# %%
import os
import sys

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    folder = os.path.dirname(os.path.dirname(np.__file__))
    sys.path.insert(0, folder)
    for name in ("typer", "rich", "yaml", "pytest", "jinja2"):
        __import__(name)
        return x * factor
    return x * factor
