"""``coursekit lab``: JupyterLab on the first notebook, with nothing in a newcomer's way."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from coursekit.errors import CourseError
from coursekit.machine import has_browser

FIRST_NOTEBOOK = "00_start_here.ipynb"
_PORT = 8888
_EVERY_ADDRESS = ("", "*", "0.0.0.0", "::")

#: JupyterLab's defaults for the course. They are passed by environment: nothing is written into
#: the user's home, and the user's own choices still win.
_SETTINGS = Path(__file__).with_name("jupyter")

#: Where the notebooks are when this package is installed from a checkout.
_CHECKOUT = Path(__file__).resolve().parents[2]

#: Opened instead of the user's default workspace, whose tabs belong to other folders.
_WORKSPACE = "coursekit"


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command("lab")(lab)


def lab(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A notebook, or a folder with notebooks; without it, the course.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Where to listen; if it is in use, another.")
    ] = _PORT,
    ip: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 in a container.")
    ] = "localhost",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open nothing.")
    ] = False,
) -> None:
    """Open JupyterLab on the first notebook of the course."""
    notebook = find_notebook(path)
    browser = not no_browser and has_browser()
    with tempfile.TemporaryDirectory(
        prefix="coursekit-lab-", ignore_cleanup_errors=True
    ) as scratch:
        _point_jupyter_at_the_course(Path(scratch))
        _replace_folders_that_are_read_only(Path(scratch))
        server = _start(notebook, port=port, ip=ip, browser=browser)
        # The loop binds the port first: what is announced then answers.
        server.io_loop.add_callback(_announce, server, port, browser)
        server.start()


def _announce(server: Any, port: int, browser: bool) -> None:
    """Say where the course is open."""
    if server.port != port:
        typer.echo(f"Port {port} is in use; taking {server.port}.", err=True)
    verb = "It opens in your browser. The address" if browser else "Open this address in a browser"
    typer.echo(f"\nJupyterLab is running. {verb}:\n")
    typer.echo(f"    {address(server)}\n")
    typer.echo("Stop it with Ctrl+C in this window.", err=True)


def find_notebook(path: Path | None) -> Path:
    """Find the notebook to open.

    ``path`` may be a notebook or a folder. Without it the first notebook of the course is looked
    for in the current folder and the folders above it, then in the checkout that this package is
    installed from. Raises CourseError, naming what was looked for, if there is none.
    """
    if path is not None:
        notebook = path / FIRST_NOTEBOOK if (path / FIRST_NOTEBOOK).is_file() else path
        if not (notebook.is_dir() or (notebook.is_file() and notebook.suffix == ".ipynb")):
            raise CourseError(f"{path} is neither a notebook nor a folder.")
        return notebook.resolve()
    here = Path.cwd()
    for folder in (here, *(parent / "notebooks" for parent in (here, *here.parents, _CHECKOUT))):
        if (folder / FIRST_NOTEBOOK).is_file():
            return (folder / FIRST_NOTEBOOK).resolve()
    raise CourseError(
        f"There is no notebooks/{FIRST_NOTEBOOK} in {here} or above it: "
        "go to the folder of the course and run `coursekit lab` there."
    )


def address(server: Any) -> str:
    """Give the address that opens the course, token included."""
    base = server.connection_url
    if server.ip in _EVERY_ADDRESS:
        base = f"http://127.0.0.1:{server.port}{server.base_url}"
    path = server.default_url.removeprefix(server.base_url)
    return f"{base}{path}?token={quote(server.identity_provider.token)}"


def _point_jupyter_at_the_course(scratch: Path) -> None:
    """Put the course's settings, and the kernel of this very environment, before all others."""
    from ipykernel.kernelspec import write_kernel_spec

    # A kernel named python3 in the user's home, or elsewhere, may start another Python.
    write_kernel_spec(scratch / "kernels" / "python3")
    for variable, ours in (("JUPYTER_CONFIG_PATH", _SETTINGS), ("JUPYTER_PATH", scratch)):
        before = os.environ.get(variable)
        os.environ[variable] = f"{ours}{os.pathsep}{before}" if before else str(ours)


def _replace_folders_that_are_read_only(scratch: Path) -> None:
    """Give Jupyter, IPython and matplotlib a temporary folder where the home is read-only."""
    from jupyter_core import paths

    used = {
        "JUPYTER_CONFIG_DIR": paths.jupyter_config_dir,
        "JUPYTER_DATA_DIR": paths.jupyter_data_dir,
        "JUPYTER_RUNTIME_DIR": paths.jupyter_runtime_dir,
        "IPYTHONDIR": _ipython_folder,
        "MPLCONFIGDIR": _matplotlib_folder,
    }
    read_only = [variable for variable, folder in used.items() if not _is_writable(folder())]
    for variable in read_only:
        folder = scratch / variable.lower()
        folder.mkdir()
        os.environ[variable] = str(folder)
    if read_only:
        typer.echo("The home folder is read-only: JupyterLab keeps no settings.", err=True)


def _ipython_folder() -> str:
    """Give the folder that IPython takes for its history and configuration."""
    return os.path.expanduser(os.environ.get("IPYTHONDIR") or "~/.ipython")


def _matplotlib_folder() -> str:
    """Give the folder that matplotlib takes for its configuration."""
    chosen = os.environ.get("MPLCONFIGDIR")
    if chosen is None and sys.platform.startswith("linux"):
        chosen = f"{os.environ.get('XDG_CONFIG_HOME') or '~/.config'}/matplotlib"
    return os.path.expanduser(chosen or "~/.matplotlib")


def _is_writable(folder: str) -> bool:
    """Tell whether files can be made in a folder, making the folder if it is missing."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _start(notebook: Path, port: int, ip: str, browser: bool) -> Any:
    """Bind the port and prepare JupyterLab; ``start()`` of the result then serves it."""
    from jupyterlab.labapp import LabApp

    folder, tree = (notebook, "") if notebook.is_dir() else (notebook.parent, notebook.name)
    options = {
        "ServerApp.root_dir": folder,
        "ServerApp.ip": ip,
        "ServerApp.port": port,
        "ServerApp.open_browser": browser,
        "ServerApp.answer_yes": True,
        "ServerApp.log_level": "ERROR",
        "LabApp.log_level": "ERROR",
        "MappingKernelManager.transport_encryption": "auto",
        # Looking for language servers asks npm, which takes a second and writes into the home.
        "LanguageServerManager.autodetect": False,
        "LabApp.default_url": f"/lab/workspaces/{_WORKSPACE}/tree/{quote(tree)}",
        "IdentityProvider.token": os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24),
    }
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options["ServerApp.allow_root"] = True
    try:
        return LabApp.initialize_server(
            argv=[f"--{name}={value}" for name, value in options.items()]
        )
    except OSError as error:
        if error.filename is not None:
            raise
        raise CourseError(
            f"JupyterLab cannot listen on {ip}, port {port}: {error.strerror or error}."
        ) from error
