"""Uses a value that only a training demonstration makes, which fails."""

# expect: error
# reason: ^The cells that `scale` needs raise ZeroDivisionError: division by zero

# %%
import coursekit as ck

WEIGHTS = [1 / number for number in range(3)]


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor * WEIGHTS[0]
