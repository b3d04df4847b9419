"""Lesson 02, CNN backprop. The reference of every exercise has the exercise's own name here."""

from coursekit.backprop.reference import *  # noqa: F403
from coursekit.backprop.reference import __all__ as __all__
