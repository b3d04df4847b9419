"""A type and a function whose names are markup."""

# expect: error
# reason: ^Case 1 \(by two\):

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    raise type("<img src=x onerror=alert(1)>", (Exception,), {})("<b>bold</b> {{ 7 * 7 }} [red]")
