"""Runs the reference from the file in which the course has it."""

# expect: error
# reason: Case 1 \(by two\): (FileNotFoundError|PermissionError)
# beyond process: an ordinary process reads what its account may read

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    with open("@tests@/vault.py") as stream:
        text = stream.read().split("def scale")[1].split("def shift")[0]
    space = {}
    exec("import numpy as np\ndef scale" + text, space)
    return space["scale"](x, factor)
