"""Returns an object that would compute its values when they are looked at."""

# expect: failed
# reason: Case 1 \(by two\): The result is a Lazy where a NumPy array is due\.

# %%
import coursekit as ck


class Lazy:
    def __init__(self, x, factor):
        self.x, self.factor, self.shape, self.dtype = x, factor, x.shape, x.dtype

    def __array__(self, *args, **kwargs):
        while True:
            pass

    def detach(self):
        return self

    cpu = numpy = detach


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return Lazy(x, factor)
