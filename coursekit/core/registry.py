"""Finds lessons and exercises: every package below ``coursekit`` with an ``exercises`` door."""

from __future__ import annotations

import difflib
import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

import coursekit
from coursekit.core.spec import Exercise, Lesson
from coursekit.errors import CourseError


@cache
def rooms() -> tuple[str, ...]:
    """Name the packages that hold a lesson, without importing them."""
    found = []
    for module in pkgutil.iter_modules(coursekit.__path__):
        if module.ispkg:
            inside = [str(Path(folder, module.name)) for folder in coursekit.__path__]
            doors = {door.name for door in pkgutil.iter_modules(inside)}
            found += [module.name] if "exercises" in doors else []
    return tuple(sorted(found))


@cache
def lesson(room: str) -> Lesson:
    """Return one lesson by the name of its room.

    Raises:
        CourseError: if there is no such room.
    """
    if room not in rooms():
        raise CourseError(f"There is no lesson {room!r}; the lessons are {', '.join(rooms())}.")
    found = import_module(f"coursekit.{room}.exercises").LESSON
    assert isinstance(found, Lesson)
    return found


def lessons() -> list[Lesson]:
    """Return all lessons in the order of the course."""
    return sorted((lesson(room) for room in rooms()), key=lambda item: item.number)


def exercise_ids() -> list[str]:
    """Return the ids of all exercises in the order of the course."""
    return [exercise.id for item in lessons() for exercise in item.exercises]


def get(exercise_id: str) -> Exercise:
    """Return an exercise by its id.

    Raises:
        CourseError: if the id is unknown; the sentence offers the nearest known ones.
    """
    room = exercise_id.partition(".")[0] if isinstance(exercise_id, str) else ""
    if room in rooms():
        for exercise in lesson(room).exercises:
            if exercise.id == exercise_id:
                return exercise
    known = exercise_ids()
    near = difflib.get_close_matches(str(exercise_id), known, n=2)
    advice = f"did you mean {' or '.join(map(repr, near))}?" if near else f"known: {known}."
    raise CourseError(f"There is no exercise {exercise_id!r}; {advice}")
