"""A class under the exercise's name."""

# expect: failed error missing
# reason: .

# %%
import coursekit as ck


@ck.exercise("vault.scale")
class scale:
    def __init__(self, x, factor=2.0):
        self.value = x * factor
