"""Returns a generator without an end."""

# expect: failed
# reason: Case 1 \(by two\): The result is a (generator|count) where a NumPy array is due\.

# %%
import itertools

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return (number * factor for number in itertools.count())
