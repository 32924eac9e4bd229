"""The check of the Python version, in syntax that an old Python can read."""

import sys

MINIMUM = (3, 10)


def problem(version=sys.version_info):
    """Return one line about a Python that is too old, or an empty text."""
    if tuple(version[:2]) >= MINIMUM:
        return ""
    return (
        "Python {}.{} is too old: install Python 3.10 or newer, and name it with "
        "make PYTHON=python3.11 … if it is not the default.".format(*version)
    )
