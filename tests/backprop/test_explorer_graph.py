"""The graph stepper's pure function, step by step."""

import numpy as np
import pytest

from coursekit.backprop import Value, lecture, tape_gradients, tape_values
from coursekit.backprop.explorer import GRAPHS, GraphState, draw_graph, graph_figure, value_figure
from coursekit.plotting.numbers import format_number


def number(value):
    return format_number(float(value), 3)


@pytest.mark.parametrize("name", GRAPHS)
def test_after_the_last_step_every_value_and_gradient_is_the_tapes(name):
    root = GRAPHS[name][1]()
    tape = root.tape()
    leaves = [node.data for node in root.nodes() if not node.parents]
    values = tape_values(tape, leaves)
    gradients = tape_gradients(tape, values)
    figure = graph_figure(GraphState(name, 99))
    assert figure.step == figure.steps
    assert [node.value for node in figure.nodes] == [number(v) for v in values]
    assert [node.gradient for node in figure.nodes] == [number(g) for g in gradients]


@pytest.mark.parametrize("name", GRAPHS)
def test_every_step_adds_one_node_and_never_uses_what_is_not_known(name):
    last = graph_figure(GraphState(name, 99))
    half = last.steps // 2
    known = sum(node.leaf for node in last.nodes)
    for step in range(last.steps + 1):
        figure = graph_figure(GraphState(name, step))
        values = [node.value for node in figure.nodes if node.value]
        assert len(values) == known + min(step, half)
        assert any(node.gradient for node in figure.nodes) == (step >= half)
        assert sum(node.phase == "now" for node in figure.nodes) == (step > 0)
        passed = {edge.end for edge in figure.edges if edge.slope}
        assert len(passed) == max(0, step - half)
        assert figure.message in figure.summary
        for edge in figure.edges:
            if edge.active and step <= half:
                assert figure.nodes[edge.start].value
            if edge.active and step > half:
                assert figure.nodes[edge.start].gradient


def test_a_node_used_twice_collects_two_gradients():
    figure = graph_figure(GraphState("twice", 4))
    assert figure.nodes[0].gradient == "5"
    assert "a gets 3 · 1 = 3, together 5" in figure.message


def test_a_tie_gives_the_gradient_to_the_first():
    figure = graph_figure(GraphState("tie", 4))
    assert [node.gradient for node in figure.nodes][:2] == ["5", "0"]


def test_the_worked_exercise_shows_the_loss_of_the_lecture():
    figure = graph_figure(GraphState("exercise", 17))
    loss = next(node for node in figure.nodes if node.name == "loss")
    assert (loss.value, loss.gradient) == ("0.296", "1")
    assert "Forward: loss = 0.544 · 0.544 = 0.296." in figure.message


@pytest.mark.parametrize("name", GRAPHS)
def test_nodes_do_not_lie_on_each_other_and_users_stand_to_the_right(name):
    figure = graph_figure(GraphState(name))
    places = [(node.column, node.row) for node in figure.nodes]
    for i, (column, row) in enumerate(places):
        for other_column, other_row in places[:i]:
            assert column != other_column or abs(row - other_row) >= 0.999
    for edge in figure.edges:
        assert figure.nodes[edge.start].column < figure.nodes[edge.end].column
    assert min(row for _, row in places) == 0


def test_any_value_can_be_drawn_with_all_its_numbers():
    a = Value(2.0, "a")
    picture = draw_graph((a * a).sigmoid())
    texts = {text.get_text() for text in picture.figure.axes[0].texts}
    png, size = picture._repr_png_()
    assert png.startswith(b"\x89PNG")
    assert size["alt"] == repr(picture) == "the graph of 3 nodes"
    assert {"a", "·", "σ", "4", "0.982", "1"} <= texts
    assert value_figure(lecture.hinge_002((2.0,), (1.0,), 1.0), 0).step == 0
    leaf = value_figure(Value(1.5, "x"), 0)
    assert (leaf.steps, leaf.nodes[0].gradient) == (0, "1")


def test_drawing_does_not_depend_on_the_run():
    first, second = (graph_figure(GraphState("exercise", 20)) for _ in range(2))
    assert first == second
    rows = np.array([node.row for node in first.nodes])
    assert np.isfinite(rows).all()
