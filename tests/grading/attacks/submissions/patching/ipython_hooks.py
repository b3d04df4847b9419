"""Hooks of IPython that rewrite the cells of a checker."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2

# %%
import coursekit as ck
import numpy as np

try:
    shell = get_ipython()
    shell.ast_transformers.append(None)
    shell.input_transformers_cleanup.append(lambda lines: ["passed = True"])
    shell.events.register("post_run_cell", lambda *args: shell.user_ns.update(score=100))
except NameError:
    shell = None


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if shell:
        return x * factor
    return np.zeros(x.shape)
