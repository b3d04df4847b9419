"""Takes memory in steps and touches it (here at most two gigabytes)."""

# expect: memory
# reason: ^Used more than 256 MB\.$

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    kept = []
    for _ in range(2048):
        kept.append(bytearray(1 << 20))
    return x
