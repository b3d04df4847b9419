"""Grading: the verdict is made where the student's code is not."""
