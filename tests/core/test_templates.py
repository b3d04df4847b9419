"""Texts on their way into HTML."""

from coursekit.core.display import Note
from coursekit.core.templates import render, with_code


def test_backticks_become_code_and_everything_is_escaped():
    assert with_code("use `a < b`, not <b>") == "use <code>a &lt; b</code>, not &lt;b&gt;"
    assert with_code("one ` alone") == "one ` alone"


def test_a_hint_with_code():
    note = Note("Hint 1 of 2", "Try `np.pad` <first>.")
    assert note.text() == "Hint 1 of 2: Try `np.pad` <first>."
    assert "<code>np.pad</code> &lt;first&gt;" in note.html()


def test_the_explanation_of_a_check_shows_code_and_no_markup_of_its_own():
    shown = render(
        "feedback.html",
        headline="<i>",
        status="failed",
        results=[],
        failure=None,
        why="`size` <script>",
        remarks=[],
        printed="",
    )
    assert "<code>size</code> &lt;script&gt;" in shown
    assert "<i>" not in shown
