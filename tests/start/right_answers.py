"""Solutions written independently of the reference."""


def relu(x):
    return x * (x > 0)
