"""The function has another name and no decorator: not found, and the reason names it."""

# expect: missing
# reason: ^`scale` is not defined: found `Scale`\.$

# %%
import coursekit as ck


def Scale(x, factor=2.0):
    return x * factor


@ck.exercise("vault.greet")
def greet(name):
    return {"text": f"hello {name[::-1]}", "length": len(name)}
