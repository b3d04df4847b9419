"""The exercise core: specification, comparison, judging and feedback. It knows no lesson."""
