"""Answers another exercise with lone surrogates, keys of other types and a subclass of str."""

# expect: passed
# points: 1
# others: failed
# reason: ^$

# %%
import coursekit as ck


class Yes(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor


@ck.exercise("vault.shift")
def shift(x):
    return "\ud800"


@ck.exercise("vault.greet")
def greet(name):
    return {"text": Yes("anything"), "length": True, None: ..., (1, "\udfff"): b"x"}
