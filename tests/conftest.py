"""Settings that every test shares."""

from hypothesis import settings

# A busy machine must not fail a property test; CI runs the same examples every time.
settings.register_profile("coursekit", deadline=None, derandomize=True)
settings.load_profile("coursekit")
