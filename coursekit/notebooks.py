"""Executes notebooks in place, so that the same code gives the same file, byte for byte.

``python -m coursekit.notebooks PATH...`` executes notebooks, or all of a folder. Execution counts
start at 1, timings and version numbers are left out, a progress bar is kept as it looked at the
end, and a widget as its still picture. Two tags of a cell change what is stored:

- ``not-stored``: nothing, because the output describes the reader's own machine;
- ``keep-stored``: what is stored already, if there is something, because the output differs from
  run to run (a time, for example). Clear it to have it made again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from coursekit.errors import CourseError
from coursekit.solving import read_notebook, write_notebook

NOT_STORED = "not-stored"
KEEP_STORED = "keep-stored"

#: Longest time for one cell in seconds.
CELL_SECONDS = 600

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
_WIDGET = "application/vnd.jupyter.widget-view+json"
_OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)


def execute_in_place(path: Path) -> None:
    """Execute a notebook and store its outputs.

    The kernel's exercises are all "not attempted": the record of progress is an empty folder.

    Raises:
        CourseError: if the file is no notebook, or if a cell fails; the file is unchanged then.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = read_notebook(path)
    before = [list(cell.get("outputs", [])) for cell in notebook.cells]
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
    )
    with tempfile.TemporaryDirectory(prefix="coursekit-state-") as state:
        try:
            environment = os.environ | {"COURSEKIT_STATE": state, "COURSEKIT_CI": "1"}
            environment.pop("MPLBACKEND", None)  # a kernel draws into its notebook
            # What a kernel writes to stderr outside of cells concerns the kernel, not the notebook.
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise CourseError(f"{path} does not run: {error}") from error
    for cell, outputs in zip(notebook.cells, before, strict=True):
        _settle(cell, outputs)
    metadata = type(notebook.metadata)
    notebook.metadata = metadata(kernelspec=metadata(_KERNEL), language_info=metadata(_LANGUAGE))
    write_notebook(notebook, path)


def _settle(cell: Any, before: list[Any]) -> None:
    """Leave of a cell that was executed only what is the same every time."""
    tags = cell.metadata.get("tags", [])
    cell.metadata = type(cell.metadata)({"tags": tags} if tags else {})
    if cell.cell_type != "code":
        return
    if NOT_STORED in tags:
        cell.outputs = []
    elif KEEP_STORED in tags and before:
        cell.outputs = before
    else:
        cell.outputs = _merge_streams(cell.outputs)
    for output in cell.outputs:
        if "data" in output:
            output.data.pop(_WIDGET, None)
        if "execution_count" in output:
            output.execution_count = cell.execution_count


def _merge_streams(outputs: list[Any]) -> list[Any]:
    """Join what was printed in pieces, and keep of overwritten lines the last version."""
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if output.output_type == "stream" and last is not None and last.get("name") == output.name:
            last.text += output.text
        else:
            merged.append(output)
    for output in merged:
        if output.output_type == "stream":
            output.text = _OVERWRITTEN.sub("", output.text)
    return merged


def find_notebooks(paths: list[Path]) -> list[Path]:
    """List the notebooks named by files and folders, those of a folder in order of their names.

    Raises:
        CourseError: if a path is neither, or if a folder holds no notebook.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.ipynb")) if path.is_dir() else []
        if not inside and not (path.is_file() and path.suffix == ".ipynb"):
            raise CourseError(f"{path} is neither a notebook nor a folder with notebooks.")
        found += inside or [path]
    return found


def main(arguments: list[str]) -> int:
    """Execute the notebooks named on the command line; return the exit code."""
    try:
        for path in find_notebooks([Path(argument) for argument in arguments]):
            start = time.perf_counter()
            execute_in_place(path)
            print(f"{path}: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["notebooks"]))
