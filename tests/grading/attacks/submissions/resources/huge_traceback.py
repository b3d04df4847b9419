"""Raises a chain of ten thousand exceptions, each the cause of the next."""

# expect: error
# reason: ^Case 1 \(by two\): ValueError: 9999

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    last = None
    for number in range(10_000):
        try:
            raise ValueError(number) from last
        except ValueError as error:
            last = error
    raise last
