"""The decorator and everything loaded of the course replaced."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# others: any

# %%
import sys

import coursekit as ck
import numpy as np


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    for name, module in list(sys.modules.items()):
        for word in ("compare", "judge", "check", "exercise", "verdict", "passed"):
            if hasattr(module, word) and name.partition(".")[0] in ("child", "coursekit"):
                setattr(module, word, lambda *args, **kwargs: "passed")
    return np.zeros(x.shape)
