"""What must hold for each exercise of each lesson, found through the registry.

``right_answers.py`` beside each room's tests holds solutions written independently of the
reference: loops, other NumPy functions, torch.
"""

import ast
import importlib
import importlib.util
import inspect
import textwrap
from pathlib import Path

import numpy as np
import pytest

from coursekit.core import registry
from coursekit.core.calling import Printed, local_call
from coursekit.core.judging import judge
from coursekit.core.student import StudentFunction

EXERCISES = [exercise for lesson in registry.lessons() for exercise in lesson.exercises]
SEEDS = range(200)

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
each_misconception = pytest.mark.parametrize(
    ("exercise", "misconception"),
    [(exercise, item) for exercise in EXERCISES for item in exercise.misconceptions],
    ids=lambda value: getattr(value, "id", None) or value.name,
)


def verdict(exercise, function, cases):
    return judge(exercise, cases, local_call(exercise, function, Printed()))


def hidden(exercise, seed):
    return exercise.hidden(np.random.default_rng(seed))


def right_answers(room):
    path = Path(__file__).parents[1] / room / "right_answers.py"
    spec = importlib.util.spec_from_file_location(f"right_answers_{room}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@each_exercise
def test_the_reference_gives_the_values_that_are_written_down(exercise):
    found = verdict(exercise, exercise.reference, exercise.visible)
    assert found.status == "passed", found.reason


@each_exercise
def test_an_independent_right_answer_passes_on_every_seed(exercise):
    answer = getattr(right_answers(exercise.room), exercise.name)
    assert verdict(exercise, answer, exercise.visible).status == "passed"
    for seed in SEEDS:
        found = verdict(exercise, answer, hidden(exercise, seed))
        assert found.status == "passed", (seed, found.reason)


@each_exercise
def test_the_stub_is_not_attempted(exercise):
    def stub(*args, **kwargs):
        raise NotImplementedError

    assert StudentFunction(exercise, stub).check().status == "not_attempted"


@each_exercise
def test_there_are_at_least_six_misconceptions_each_with_its_own_explanation(exercise):
    assert len(exercise.misconceptions) >= 6
    assert len({item.name for item in exercise.misconceptions}) == len(exercise.misconceptions)
    explanations = {item.explanation for item in exercise.misconceptions}
    assert len(explanations) == len(exercise.misconceptions)


@each_misconception
def test_a_misconception_fails_and_is_recognised_on_the_visible_cases(exercise, misconception):
    found = verdict(exercise, misconception.function, exercise.visible)
    assert found.status in ("failed", "error")
    assert found.misconception is misconception


@each_misconception
def test_a_misconception_fails_and_is_recognised_on_hidden_cases(exercise, misconception):
    for seed in range(25):
        found = verdict(exercise, misconception.function, hidden(exercise, seed))
        assert found.status in ("failed", "error"), seed
        assert found.misconception is misconception, seed


@each_exercise
def test_hidden_cases_follow_from_the_seed_alone(exercise):
    first, again, other = hidden(exercise, 5), hidden(exercise, 5), hidden(exercise, 6)
    assert repr([case.args for case in first]) == repr([case.args for case in again])
    assert repr([case.args for case in first]) != repr([case.args for case in other])


@each_exercise
def test_there_are_two_hints_and_none_is_the_solution(exercise):
    nudge, stronger = exercise.hints
    assert nudge != stronger
    source = textwrap.dedent(inspect.getsource(exercise.reference))
    body = ast.parse(source).body[0].body[1:]
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.expr) and len(list(ast.walk(node))) >= 8:
                code = "".join(ast.unparse(node).split())
                for hint in exercise.hints:
                    assert code not in "".join(hint.split())


@each_exercise
def test_the_public_name_is_the_reference(exercise):
    room = importlib.import_module(f"coursekit.{exercise.room}")
    assert getattr(room, exercise.name) is exercise.reference
    assert exercise.reference.__doc__
