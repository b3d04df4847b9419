"""Lesson 01, Convolution. The reference of every exercise has the exercise's own name here."""

from coursekit.convolution.reference import *  # noqa: F403
from coursekit.convolution.reference import __all__ as __all__
