"""The README names the files that must be trusted; together they stay small enough to be read."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import coursekit

GRADING = Path(coursekit.__file__).parent / "grading"
README = Path(__file__).parents[2] / "README.md"
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def lines_of_code(source: str) -> int:
    """Count lines that are neither empty nor comments nor docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(
            node
        ):
            text = node.body[0]
            lines -= set(range(text.lineno, (text.end_lineno or 0) + 1))
    return len(lines)


def named_files() -> list[str]:
    section = re.search(r"read the trusted core.*?The comparison", README.read_text("utf-8"), re.S)
    assert section
    return re.findall(r"`((?:child/)?\w+\.py)`", section[0])


def test_the_trusted_core_is_named_and_small() -> None:
    names = named_files()
    assert len(names) == 8
    assert sum(lines_of_code((GRADING / name).read_text("utf-8")) for name in names) < 800


def test_what_a_student_can_reach_imports_nothing_of_the_course() -> None:
    for path in (GRADING / "child").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            assert not [n for n in names if n.partition(".")[0] == "coursekit"], path
