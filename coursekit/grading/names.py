"""Finds by name analysis what an exercise needs of a notebook; demonstrations are left out.

The exercise's id in the decorator says which function answers it, wherever the cell is. From that
function names are followed to the statements of any cell that give them a value: imports,
helpers, constants. All statements that bind a needed name are kept, in the notebook's order.
"""

from __future__ import annotations

import ast
import difflib
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from coursekit.core.spec import Exercise
from coursekit.grading.closure import BUILTIN, Index, closure, in_order
from coursekit.grading.notebook import Cell, of_cell
from coursekit.grading.scopes import Names, exercise_id
from coursekit.grading.stubs import is_stub, is_untouched

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Cells with these first lines are Python all the same.
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")

#: More characters of code than that are not read.
_LONGEST = 500_000
#: Cells are translated from IPython's notation up to this many characters times marked lines.
_TRANSLATED = 200_000

#: Where a statement stands in a notebook: number of its cell, number in the cell.
Place = tuple[int, int]

#: A statement for the student's process: file name, first line, source; where an exercise's
#: function is defined also the exercise's id and the function's name.
Piece = tuple[str, int, str, str, str]


@dataclass(eq=False)
class Statement:
    """A top-level statement: its place, what it binds and what it uses.

    ``at_once`` are the used names that it looks up when it runs; a function looks up the others
    when it is called. ``checks`` are names whose ``check`` it asks for, ``runs_later`` says that
    it holds code that runs when something is called, ``exercise`` is the id of the exercise that
    it answers.
    """

    place: Place
    node: ast.stmt
    source: str
    binds: frozenset[str]
    uses: frozenset[str]
    at_once: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    runs_later: bool = False
    exercise: str = ""
    star: bool = False

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """The packages that it imports, wherever in it."""
        if self.source and "import" not in self.source:
            return ()
        return tuple(_packages(self.node))

    @property
    def piece(self) -> Piece:
        """What the student's process runs."""
        marked = self.exercise, getattr(self.node, "name", "")
        return (f"cell {self.place[0]}", _first_line(self.node), self.source, *marked)


@dataclass(frozen=True)
class Found:
    """An exercise in a notebook.

    ``pieces`` is empty and ``problem`` a sentence if there is nothing to run. ``remark`` is a
    sentence about something odd that does no harm. ``package`` is one that is used and not
    allowed. ``name`` is what the function is called. A ``stub`` says that it is not written yet; an
    ``untouched`` one can do nothing else.
    """

    pieces: tuple[Piece, ...] = ()
    name: str = ""
    problem: str = ""
    remark: str = ""
    package: str | None = None
    stub: bool = False
    untouched: bool = False
    broken: str = ""


@dataclass(eq=False)
class Parsed:
    """The statements of a cell, or why it is not Python.

    ``binders`` are the statements that give a name a value, ``checks`` where it is checked last.
    """

    statements: tuple[Statement, ...] = ()
    broken: str = ""
    binders: dict[str, list[Statement]] = field(default_factory=dict)
    checks: dict[str, Place] = field(default_factory=dict)
    answers: list[Statement] = field(default_factory=list)
    future: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        for statement in self.statements:
            for name in statement.binds:
                self.binders.setdefault(name, []).append(statement)
            for name in statement.checks:
                self.checks[name] = statement.place
            if statement.exercise:
                self.answers.append(statement)
            if _is_future(statement.node):
                self.future.append(statement)


@dataclass
class Code:
    """What the code cells of a notebook hold; ``sources`` are their texts by their numbers."""

    cells: list[Parsed] = field(default_factory=list)
    sources: dict[int, str] = field(default_factory=dict)
    broken: dict[int, str] = field(default_factory=dict)

    def line(self, file: str, number: int) -> str:
        """Return a source line by the file name of its cell; empty: there is none."""
        kind, _, cell = file.partition(" ")
        known = kind == "cell" and cell in map(str, self.sources)
        lines = self.sources[int(cell)].split("\n") if known else []
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    @property
    def statements(self) -> Iterator[Statement]:
        """All statements, in order."""
        return (statement for cell in self.cells for statement in cell.statements)

    @cached_property
    def answers(self) -> dict[str, list[Statement]]:
        """The statements that answer an exercise, in order, by its id."""
        found: dict[str, list[Statement]] = {}
        for cell in self.cells:
            for statement in cell.answers:
                found.setdefault(statement.exercise, []).append(statement)
        return found

    @cached_property
    def future(self) -> list[Statement]:
        """The imports from ``__future__``: they hold for all cells behind them."""
        return [statement for cell in self.cells for statement in cell.future]

    @cached_property
    def index(self) -> Index:
        """Where names get a value."""
        return Index(self.cells)


def analyse(cells: Iterable[Cell]) -> Code:
    """Split the cells into statements; a cell that is not Python only loses itself."""
    code = Code()
    room = _LONGEST
    for cell in cells:
        code.sources[cell.number] = cell.source
        if len(cell.source) > room:
            code.broken[cell.number] = f"there are more than {_LONGEST:,} characters of code"
            continue
        room -= len(cell.source)
        parsed = _split(cell)
        code.cells.append(parsed)
        if parsed.broken:
            code.broken[cell.number] = parsed.broken
    return code


@of_cell
def _split(cell: Cell) -> Parsed:
    """Split a cell into statements, or say why not."""
    try:
        tree, source = _parse(cell.source)
    except SyntaxError as error:
        return Parsed(broken=f"line {error.lineno or 1}: {error.msg}")
    except (ValueError, RecursionError, MemoryError):
        return Parsed(broken="it cannot be read as Python")
    try:
        return Parsed(tuple(_statements(cell.number, tree, source.split("\n"))))
    except RecursionError:
        return Parsed(broken="an expression is nested too deeply")


def exercise_ids(code: Code) -> set[str]:
    """Return the ids that occur in ``exercise(...)`` decorators."""
    return set(code.answers)


def find(code: Code, exercise: Exercise) -> Found:
    """Select what an exercise needs: the last function with its id, and what that uses."""
    answers = list(code.answers.get(exercise.id, ()))
    remark = ""
    if not answers:
        answers = [s for s in code.statements if _is_function(s.node, exercise.name)]
        if not answers:
            return _absent(code, exercise)
        remark = f'The line @ck.exercise("{exercise.id}") is missing: found by its name.'
    elif len(answers) > 1:
        numbers = " and ".join(str(s.place[0]) for s in answers)
        remark = f"Written more than once (cells {numbers}): the last one counts."
    answer = answers[-1]
    try:
        needed = _needed(code, answer, set(answers))
    except RecursionError:
        return Found(problem=f"What `{exercise.name}` needs is nested too deeply.", broken="depth")
    used = (package for statement in needed for package in statement.packages)
    package = next((p for p in used if not _allowed(p, exercise)), None)
    return Found(
        pieces=tuple(statement.piece for statement in needed),
        name=answer.node.name if isinstance(answer.node, _Function) else exercise.name,
        remark=remark,
        package=package,
        stub=is_stub(answer.node),
        untouched=len(needed) == 1 and is_untouched(answer.node, exercise),
    )


def _absent(code: Code, exercise: Exercise) -> Found:
    for number, problem in code.broken.items():
        if exercise.id in code.sources[number]:
            return Found(problem=f"Cell {number} is not Python: {problem}.", broken="syntax")
    functions = [s for s in code.statements if isinstance(s.node, _Function)]
    for other in functions:
        if getattr(other.node, "name", "") == exercise.name and other.exercise:
            return Found(
                problem=f'`{exercise.name}` carries the id "{other.exercise}": write '
                f'@ck.exercise("{exercise.id}") above it.'
            )
    names = [s.node.name for s in functions if isinstance(s.node, _Function)]
    lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(exercise.name.lower(), lower, n=1, cutoff=0.8)
    if near:
        return Found(problem=f"`{exercise.name}` is not defined: found `{lower[near[0]]}`.")
    return Found(problem=f"`{exercise.name}` is not in the notebook.")


def _parse(source: str) -> tuple[ast.Module, str]:
    """Parse a cell; one with magics or shell escapes is first translated as IPython does it."""
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%"):
        if not first.startswith(_PYTHON_MAGICS):
            return ast.Module([], []), ""
        source = source.replace(first, "", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source), source
        except SyntaxError as error:
            translated = _translate(source)
            if translated is None:
                raise
            try:
                return ast.parse(translated), translated
            except SyntaxError:
                raise error from None


def _translate(source: str) -> str | None:
    marked = sum(any(mark in line for mark in "%!?") for line in source.split("\n"))
    # The translation reads the cell again for every line that it changes.
    if not 0 < marked * len(source) < _TRANSLATED:
        return None
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return str(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
    except Exception:
        return None


def _statements(cell: int, tree: ast.Module, lines: list[str]) -> list[Statement]:
    firsts = [_first_line(node) for node in tree.body]
    lasts = [node.end_lineno or node.lineno for node in tree.body]
    # Statements are in order: only neighbours can share a line.
    found = []
    for place, node in enumerate(tree.body):
        before = place > 0 and lasts[place - 1] >= firsts[place]
        after = place + 1 < len(firsts) and firsts[place + 1] <= lasts[place]
        found.append(_statement((cell, place), node, lines, before or after))
    return found


def _statement(place: Place, node: ast.stmt, lines: list[str], shared: bool) -> Statement:
    names = Names(node)
    star = isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names)
    first, last = _first_line(node), node.end_lineno or node.lineno
    own = lines[first - 1 : last]
    for decorator in getattr(node, "decorator_list", []):
        if exercise_id(decorator) is not None:
            # The child marks the function itself: the notebook's import of coursekit is not run.
            rows = range(decorator.lineno - first, (decorator.end_lineno or 0) - first + 1)
            own = ["" if row in rows else line for row, line in enumerate(own)]
    source = "" if shared else "\n".join(own)
    return Statement(
        place,
        node,
        source,
        frozenset(names.binds),
        frozenset(names.uses),
        frozenset(names.at_once),
        frozenset(names.checks),
        names.later,
        _exercise_id(node) or "",
        star,
    )


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _exercise_id(node: ast.stmt) -> str | None:
    found = [exercise_id(decorator) for decorator in getattr(node, "decorator_list", [])]
    return next((item for item in found if item is not None), None)


def _is_function(node: ast.stmt, name: str) -> bool:
    return isinstance(node, _Function) and node.name == name and _exercise_id(node) is None


def _needed(code: Code, answer: Statement, answers: set[Statement]) -> list[Statement]:
    """Select what the answer needs; star imports if a name may come from one."""
    needed, names = closure(code.index, answer, answers)
    if any(name not in BUILTIN and not code.index.binders(name) for name in names):
        kept = {*needed, *(s for s in code.statements if s.star)}
        needed = sorted(kept, key=in_order)
    if code.future:
        before = [each for each in code.future if each.place < answer.place]
        needed = sorted({*needed, *before}, key=in_order)
    return [_prune(statement, names) for statement in needed]


def _is_future(node: ast.stmt) -> bool:
    """Whether a statement changes how those behind it are compiled, in all cells."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _prune(statement: Statement, names: set[str]) -> Statement:
    """Leave out the aliases of an import that nobody needs."""
    node = statement.node
    kept_whole = statement.star or _is_future(node)
    if isinstance(node, (ast.Import, ast.ImportFrom)) and not kept_whole:
        kept = [a for a in node.names if (a.asname or a.name.partition(".")[0]) in names]
        if len(kept) < len(node.names) or not statement.source:
            if isinstance(node, ast.Import):
                new: ast.stmt = ast.Import(kept)
            else:
                new = ast.ImportFrom(node.module, kept, node.level)
            ast.copy_location(new, node)
            return _with(statement, new)
    return statement if statement.source else _with(statement, node)


def _with(statement: Statement, node: ast.stmt) -> Statement:
    source = ast.unparse(ast.fix_missing_locations(node))
    return replace(statement, node=node, source=source)


def _packages(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def _allowed(package: str, exercise: Exercise) -> bool:
    return package in exercise.allowed or package in sys.stdlib_module_names
