"""Solved notebooks: the source of the reference in the place of each exercise's stub."""

from coursekit.solving.notebook import find_notebook, read_notebook, solve, write_notebook
from coursekit.solving.source import Solution, solution

__all__ = ["Solution", "find_notebook", "read_notebook", "solution", "solve", "write_notebook"]
