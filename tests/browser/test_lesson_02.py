"""Lesson 02 in the browser: Run All, and each of its three explorers is moved.

This file comes after `test_lesson.py`, which looks at the window as a newcomer meets it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from coursekit.core import registry

pytestmark = pytest.mark.browser

NOTEBOOK = registry.lesson("backprop").notebook


def _load(name):
    """Load a neighbouring file: tests are no package."""
    spec = importlib.util.spec_from_file_location(f"browser_{name}", Path(__file__).parent / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


lesson = _load("test_lesson.py")


@pytest.fixture(scope="module")
def notebook(page):
    """Lesson 02, opened from the list of files, after Run All."""
    page.wait_for_function(
        "() => jupyterapp.shell.currentWidget?.context?.isReady", timeout=120_000
    )
    opened = lesson.Notebook(page)
    opened.open(NOTEBOOK)
    opened.run_all()
    return opened


def test_run_all_has_no_error_output(page, notebook, screenshot):
    lesson.assert_nothing_went_wrong(notebook)
    notebook.show(0)
    screenshot("11-backprop")
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0


def test_the_graph_stepper_steps_and_starts_again_with_another_graph(page, notebook, screenshot):
    start = "from coursekit.backprop.explorer import graph_stepper"
    explorer = notebook.show(notebook.find(start)).locator(".ck-graph-stepper")
    message = explorer.locator(".ck-message")
    assert message.text_content().startswith("Step 9 of 12. Backward: margin has gradient −1")
    screenshot("12-stepper")
    explorer.get_by_role("button", name="step").click()
    message.get_by_text("Step 10 of 12.").wait_for()
    explorer.get_by_role("slider", name="step").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    message.get_by_text("Step 8 of 12.").wait_for()
    explorer.get_by_role("combobox", name="graph").select_option("exercise")
    message.get_by_text("Step 0 of 34.").wait_for()
    assert explorer.locator(".ck-node").count() == 29
    assert explorer.locator(".ck-node-gradient").count() == 0
    explorer.get_by_role("slider", name="step").focus()
    page.keyboard.press("End")
    message.get_by_text("Step 34 of 34.").wait_for()
    assert explorer.locator(".ck-node-gradient").count() == 29
    assert explorer.get_by_role("button", name="step").is_disabled()
    screenshot("13-stepper-exercise")


def test_the_learning_rate_diverges_when_the_slider_goes_beyond_twice_the_best(
    page, notebook, screenshot
):
    start = "from coursekit.backprop.explorer import learning_rate"
    explorer = notebook.show(notebook.find(start)).locator(".ck-charts")
    verdict = explorer.locator(".ck-verdict")
    assert "still converges" in verdict.text_content()
    screenshot("14-learning-rate")
    explorer.get_by_role("slider", name="learning rate").focus()
    page.keyboard.press("End")
    verdict.get_by_text("x diverges").wait_for()
    screenshot("15-learning-rate-diverges")


def test_batch_norm_keeps_the_gradient_from_vanishing(page, notebook, screenshot):
    start = "from coursekit.backprop.explorer import depth_explorer"
    explorer = notebook.show(notebook.find(start)).locator(".ck-charts")
    verdict = explorer.locator(".ck-verdict")
    assert "vanishes" in verdict.text_content()
    screenshot("16-depth")
    explorer.get_by_role("checkbox", name="batch norm").check()
    verdict.get_by_text("stays within two powers of ten").wait_for()
    explorer.get_by_role("combobox", name="activation").select_option("sigmoid")
    explorer.locator(".ck-notes").get_by_text("at most 1/4").wait_for()
    screenshot("17-depth-batch-norm")
