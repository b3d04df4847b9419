"""Carries hidden inputs out in exceptions: type, message, file name, line number, function name."""

# expect: error
# reason: Hidden case 1: `scale` raises an exception

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if x.size < 10:
        return x * factor
    text = repr(float(x.flat[0]))
    number = abs(int(x.flat[0] * 10**9)) % 10**5
    name = "f" + text.replace(".", "_").replace("-", "_")
    space = {"error": type(text, (Exception,), {})}
    source = "\n" * number + f"def {name}(): raise error({text!r})\n{name}()"
    exec(compile(source, f"cell {text}", "exec"), space)
