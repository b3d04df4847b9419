"""Never ends while its cells are loaded."""

# expect: timeout
# reason: ^Stopped after 0\.5 s while the cells were loaded\.$
# limit: 0.5

# %%
import coursekit as ck

while True:
    NUMBER = 1


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * NUMBER
