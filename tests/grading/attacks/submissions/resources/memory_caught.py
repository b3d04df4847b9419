"""Takes all the memory there is, catches the error and answers wrongly."""

# expect: failed memory
# reason: .

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    scale.kept = []
    try:
        for _ in range(2048):
            scale.kept.append(bytearray(1 << 20))
    except MemoryError:
        pass
    return x
