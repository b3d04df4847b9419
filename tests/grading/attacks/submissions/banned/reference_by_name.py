"""Imports references and specifications by names made at run time."""

# expect: error
# reason: Case 1 \(by two\): ModuleNotFoundError

# %%
import importlib

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for name in ("convolution.reference", "core.registry", "grading.judge"):
        importlib.import_module("course" + "kit." + name)
    return x * factor
