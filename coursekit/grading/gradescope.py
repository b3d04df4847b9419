"""The file in a download of Gradescope that says whose the folders ``submission_123`` are."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from coursekit.errors import CourseError


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Leaves every plain value a text: a student number keeps its zeros."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def students(path: Path) -> dict[str, str]:
    """Return whose the folders are, by name: student number, else e-mail, else name.

    Args:
        path: the file.
    """
    try:
        tree = yaml.load(path.read_bytes(), _Loader)
    except (OSError, yaml.YAMLError, ValueError, RecursionError):
        raise CourseError(f"{path} cannot be read: download the submissions once more.") from None
    found = {}
    for name, about in tree.items() if isinstance(tree, dict) else ():
        who = about.get(":submitters") if isinstance(about, dict) else None
        people = [one for one in who or () if isinstance(one, dict)]
        ids = [one.get(":sid") or one.get(":email") or one.get(":name") for one in people]
        found[str(name)] = " + ".join(str(each) for each in ids if each)
    return {name: student for name, student in found.items() if student}
