"""Never ends, in Python."""

# expect: timeout
# reason: ^Stopped after 0\.5 s in case 1\.$
# limit: 0.5

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    while True:
        pass
