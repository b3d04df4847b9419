"""The explorers as widgets: what the browser sends changes what it gets, and a picture remains."""

import json

import pytest

from coursekit.backprop.explorer import GRAPHS, depth_explorer, graph_stepper, learning_rate
from coursekit.backprop.explorer.views import MOST_STEPS
from coursekit.errors import CourseError

MAKERS = {"graph": graph_stepper, "depth": depth_explorer, "rate": learning_rate}
each_explorer = pytest.mark.parametrize("name", MAKERS)


def browser_sends(widget, **changes):
    """What a moved control does: the view writes the whole state."""
    widget.set_state({"state": json.loads(json.dumps({**widget.state, **changes}))})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("graph", {"graph": "exercise"}),
        ("graph", {"step": 3}),
        ("depth", {"depth": 5}),
        ("depth", {"init": "he"}),
        ("depth", {"activation": "tanh"}),
        ("depth", {"batch_norm": True}),
        ("depth", {"skip": True}),
        ("rate", {"eta": 210}),
        ("rate", {"steps": 3}),
    ],
)
def test_moving_a_control_changes_the_figure_and_moving_it_back_restores_it(name, change):
    widget = MAKERS[name]()
    before, state = widget.figure, widget.state
    browser_sends(widget, **change)
    assert widget.figure != before
    browser_sends(widget, **state)
    assert widget.figure == before


@each_explorer
def test_every_value_of_every_control_gives_a_figure(name):
    widget = MAKERS[name]()
    for control in widget._spec:
        for value in control.walk():
            browser_sends(widget, **{control.name: value})
            assert widget.figure["summary"]
            json.dumps(widget.figure)


@each_explorer
def test_an_output_carries_widget_picture_and_text_and_is_the_same_every_time(name):
    (data, metadata), (again, _) = (MAKERS[name]()._repr_mimebundle_() for _ in range(2))
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["image/png"] == again["image/png"]
    assert data["text/plain"] == again["text/plain"]
    assert metadata["image/png"]["width"] <= 900
    assert metadata["image/png"]["alt"] == data["text/plain"]


@pytest.mark.parametrize(
    "widget",
    [graph_stepper("exercise", 34), graph_stepper("exercise", 18), depth_explorer(40, skip=True)],
    ids=["exercise", "exercise, first step back", "depth"],
)
def test_texts_of_the_picture_lie_inside_it(widget):
    drawn = widget.draw(widget.now)
    drawn.canvas.draw()
    texts = [*drawn.texts, *(text for ax in drawn.axes for text in ax.texts)]
    assert texts
    for text in texts:
        box = text.get_window_extent()
        assert box.x0 >= 0, text.get_text()
        assert box.x1 <= drawn.bbox.width, text.get_text()
        assert box.y0 >= 0, text.get_text()


def test_the_largest_graph_needs_the_whole_slider():
    steps = [graph_stepper(name).now.steps for name in GRAPHS]
    assert max(steps) == MOST_STEPS


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: graph_stepper("mona lisa"), "graph must be one of: sum, twice, tie"),
        (lambda: graph_stepper(step=35), "step must be a whole number from 0 to 34"),
        (lambda: depth_explorer(0), "depth must be a whole number from 1 to 40"),
        (lambda: depth_explorer(init="kaiming"), "init must be one of: small, large, xavier, he"),
        (lambda: depth_explorer(activation="gelu"), "activation must be one of: relu, tanh"),
        (lambda: depth_explorer(skip=1), "skip must be True or False"),
        (lambda: learning_rate(0), "eta must be a whole number from 5 to 250"),
        (lambda: learning_rate(steps=31), "steps must be a whole number from 1 to 30"),
    ],
)
def test_an_explorer_says_what_it_cannot_show(make, sentence):
    with pytest.raises(CourseError, match=sentence):
        make()


@each_explorer
def test_the_view_needs_no_network(name):
    widget = MAKERS[name]()
    assert widget._esm.count("export default") == 1
    assert "import " not in widget._esm
    assert "http" not in (widget._esm + widget._css).replace("http://www.w3.org/2000/svg", "")
    assert "@import" not in widget._css
