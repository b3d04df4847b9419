"""Awaits at top level what the exercise needs."""

# expect: error passed
# points: 1
# reason: (^$|await)

# %%
import coursekit as ck


async def one():
    return 1.0


# !ONE = await one()


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor * ONE
