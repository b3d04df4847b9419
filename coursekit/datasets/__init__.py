"""Data for the lessons: images that are always there, and real data sets fetched on request."""

from coursekit.datasets.embedded import LabelledImages, digits, photograph

__all__ = ["LabelledImages", "digits", "photograph"]
