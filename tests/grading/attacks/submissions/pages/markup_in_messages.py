"""Markup, terminal codes and formulas in the text of an exception."""

# expect: error
# reason: ^Case 1 \(by two\): ValueError:

# %%
import coursekit as ck


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    raise ValueError("</pre><script>alert('coursekit')</script>\x1b[2J\r\n=HYPERLINK('x')")
