"""Takes shared memory, which some limits do not count (here at most one gigabyte)."""

# expect: memory
# reason: ^Used more than 256 MB\.$

# %%
import mmap

import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    kept = []
    for _ in range(16):
        kept.append(mmap.mmap(-1, 64 << 20))
        for page in range(0, 64 << 20, 1 << 16):
            kept[-1][page] = 1
    return x
