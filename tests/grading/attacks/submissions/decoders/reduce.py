"""Returns an object that would run a command if it were unpickled."""

# expect: failed
# reason: Case 1 \(by two\): The result is a Gadget where a NumPy array is due

# %%
import os

import coursekit as ck


class Gadget:
    def __reduce_ex__(self, protocol):
        return os.system, ("touch @out@/coursekit-attack-reduce",)

    __getstate__ = __reduce__ = __deepcopy__ = __copy__ = __reduce_ex__


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return Gadget()
