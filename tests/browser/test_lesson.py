"""A student's first hour in the browser: open, run all, move, answer, see the progress."""

from __future__ import annotations

import pytest

from coursekit.cli.lab import FIRST_NOTEBOOK
from coursekit.core import registry

pytestmark = pytest.mark.browser

LESSON = registry.lesson("convolution")

RIGHT = """\
@ck.exercise("convolution.conv2d")
def conv2d(x, weight, bias, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    y = np.einsum("nkrcij,okij->norc", windows[:, :, ::sh, ::sw], weight)
    return y + bias[:, None, None]
"""
FLIPPED = RIGHT.replace("::sw], weight)", "::sw], weight[:, :, ::-1, ::-1])")

#: The cells of the open notebook, as the page's model has them (cells out of sight included).
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) => ({
  code: cell.model.type === "code",
  source: cell.model.sharedModel.getSource(),
  count: cell.model.type === "code" ? cell.model.executionCount : null,
  state: cell.model.type === "code" ? cell.model.executionState : null,
  outputs: cell.model.type === "code" ? cell.model.outputs.toJSON() : [],
}))"""
ALL_RAN = """() => jupyterapp.shell.currentWidget.content.widgets.every((cell) =>
  cell.model.type !== "code" || !cell.model.sharedModel.getSource().trim() ||
  (cell.model.executionCount !== null && cell.model.executionState === "idle"))"""
#: The tab in front.
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
OPENED = """(name) => {
  const panel = jupyterapp.shell.currentWidget;
  return panel?.context?.path === name && panel.context.isReady &&
    panel.sessionContext?.session?.kernel?.status === "idle";
}"""
SELECT = """async (index) => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = index;
  notebook.mode = "command";
  await notebook.scrollToItem(index, "start");
}"""


class Notebook:
    """The notebook that is open in JupyterLab, handled with mouse and keyboard."""

    def __init__(self, page):
        self.page = page

    def open(self, name):
        """Open a notebook from the list of files."""
        self.page.locator(".jp-DirListing-item", has_text=name).dblclick()
        self.page.wait_for_function(OPENED, arg=name)

    def menu(self, *names):
        """Choose from the menu bar."""
        self.page.locator(".lm-MenuBar-item", has_text=names[0]).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(names[1], exact=True).click()

    def run_all(self):
        """Run all cells and wait for the last one."""
        self.menu("Edit", "Clear Outputs of All Cells")
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(ALL_RAN, timeout=300_000)

    def cells(self):
        return self.page.evaluate(CELLS)

    def find(self, start):
        """Give the number of the code cell that has a line which starts so."""
        for index, cell in enumerate(self.cells()):
            lines = cell["source"].splitlines()
            if cell["code"] and any(line.startswith(start) for line in lines):
                return index
        raise AssertionError(f"no cell has a line that starts with {start}")

    def show(self, index):
        """Bring a cell into view and give its element."""
        self.page.evaluate(SELECT, index)
        cell = self.page.locator(f'{PANEL} .jp-Cell[data-windowed-list-index="{index}"]')
        cell.wait_for()
        return cell

    def run(self, index):
        """Run a cell with Shift+Enter and give its element."""
        before = self.cells()[index]["count"]
        cell = self.show(index)
        cell.locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            """([index, before]) => {
              const { model } = jupyterapp.shell.currentWidget.content.widgets[index];
              return model.executionState === "idle" && model.executionCount > before;
            }""",
            arg=[index, before],
        )
        return self.show(index)

    def write(self, index, source):
        """Replace what stands in a cell, as typing does, and run it."""
        cell = self.show(index)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        assert self.cells()[index]["source"] == source
        self.run(index)


@pytest.fixture(scope="module")
def lab(page):
    """JupyterLab as the printed address shows it."""
    page.wait_for_function(OPENED, arg=FIRST_NOTEBOOK)
    return Notebook(page)


@pytest.fixture(scope="module")
def notebook(lab):
    """Lesson 01, opened from the list of files, after Run All."""
    lab.open(LESSON.notebook)
    lab.run_all()
    return lab


def assert_nothing_went_wrong(notebook):
    outputs = [output for cell in notebook.cells() for output in cell["outputs"]]
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not [output["text"] for output in outputs if output.get("name") == "stderr"]


def test_the_first_notebook_is_there_with_nothing_in_the_way(page, lab, screenshot):
    lab.show(0)
    screenshot("01-first-notebook")
    for blocker in (".jp-Dialog", ".Toastify__toast", ".jp-mod-error"):
        assert page.locator(blocker).count() == 0, blocker


def test_run_all_of_the_first_notebook_has_no_error_output(lab, screenshot):
    lab.open(FIRST_NOTEBOOK)
    lab.run_all()
    assert_nothing_went_wrong(lab)
    lab.show(lab.find("ck.doctor("))
    screenshot("02-doctor")


def test_run_all_of_the_lesson_has_no_error_output(page, notebook, screenshot):
    assert_nothing_went_wrong(notebook)
    notebook.show(0)
    screenshot("03-lesson")
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0


def test_a_control_of_the_explorer_changes_the_picture(page, notebook, screenshot):
    start = "from coursekit.convolution.explorer import sliding_window"
    explorer = notebook.show(notebook.find(start)).locator(".ck-sliding-window")
    title = explorer.locator(".ck-panel-output .ck-title")
    cells = explorer.locator(".ck-panel-output .ck-cell")
    assert title.text_content() == "output 5×5"
    before = explorer.screenshot()
    screenshot("04-explorer")
    explorer.get_by_role("slider", name="padding").focus()
    page.keyboard.press("ArrowRight")
    title.get_by_text("output 7×7").wait_for()
    assert cells.count() == 49
    assert explorer.screenshot() != before
    explorer.get_by_role("slider", name="stride").focus()
    page.keyboard.press("ArrowRight")
    title.get_by_text("output 4×4").wait_for()
    screenshot("05-explorer-moved")


def test_a_wrong_answer_is_explained_a_right_one_turns_green_and_counts(page, notebook, screenshot):
    exercise = notebook.find('@ck.exercise("convolution.conv2d")')
    check = notebook.find("conv2d.check()")

    notebook.write(exercise, FLIPPED)
    feedback = notebook.run(check).locator(".ck-check")
    assert "ck-failed" in feedback.get_attribute("class")
    assert "your kernels are flipped" in feedback.text_content()
    assert feedback.locator("td.ck-differs").count() > 0
    screenshot("06-wrong-answer")

    notebook.write(exercise, RIGHT)
    feedback = notebook.run(check).locator(".ck-check")
    assert "ck-passed" in feedback.get_attribute("class")
    assert feedback.locator(".ck-no").count() == 0
    screenshot("07-right-answer")

    progress = notebook.run(notebook.find("ck.progress()")).locator(".ck-progress")
    done = progress.locator(".ck-done")
    assert [text.strip() for text in done.all_text_contents()] == ["✓ conv2d"]
    assert f"1 of {len(LESSON.exercises)}" in progress.text_content()
    screenshot("08-progress")
