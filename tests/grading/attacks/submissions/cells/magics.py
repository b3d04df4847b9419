"""Magics, shell escapes and help everywhere."""

# expect: passed
# points: 1
# reason: ^$

# %%
# !%matplotlib inline
# !%load_ext autoreload
# !!touch @out@/coursekit-attack-magic
# !files = !ls /
# !print?
import coursekit as ck

# %%
# !%%bash
# !touch @out@/coursekit-attack-bash

# %%
# !%%time
@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    return x * factor


# %%
# !%run @tests@/vault.py
# !%%writefile @out@/coursekit-attack-file
