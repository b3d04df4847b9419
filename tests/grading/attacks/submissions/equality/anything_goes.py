"""An object that agrees to every question."""

# expect: failed
# reason: Case 1 \(by two\): The result is a Yes where a NumPy array is due.

# %%
import coursekit as ck


class Yes:
    shape = dtype = ndim = property(lambda self: Yes())

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return Yes()

    def __call__(self, *args):
        return Yes()

    def __bool__(self):
        return True


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return Yes()
