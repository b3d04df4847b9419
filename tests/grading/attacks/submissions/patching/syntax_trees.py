"""Transformers of syntax trees that remove every assertion and comparison."""

# expect: failed
# reason: Case 1 \(by two\): The result at \[0, 1\] is 0, expected 2
# others: any

# %%
import ast
import builtins

import coursekit as ck
import numpy as np


class NoAssert(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

    def visit_Compare(self, node):
        return ast.Constant(True)


original = compile


def patched(source, *args, **kwargs):
    tree = ast.fix_missing_locations(NoAssert().visit(ast.parse(source)))
    return original(tree, *args, **kwargs)


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    builtins.compile = patched
    return np.zeros(x.shape)
