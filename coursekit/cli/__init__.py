"""The command line: few verbs, results on stdout, progress and errors on stderr."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated

import typer

from coursekit import __version__
from coursekit.errors import CourseError

#: One file per verb (or group of verbs); each has ``register(app)``.
_VERBS = ("lab", "doctor", "data", "check", "solve", "grade")

_debug = False


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"coursekit {__version__}")
        raise typer.Exit


def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the full traceback of an error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Work through the course, check notebooks, grade submissions."""
    global _debug
    _debug = debug


def build_app() -> typer.Typer:
    """Put the verbs together into one application."""
    app = typer.Typer(
        name="coursekit",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for verb in _VERBS:
        import_module(f"coursekit.cli.{verb}").register(app)
    return app


def main() -> None:
    """Run the command line; user errors become one sentence and exit status 1."""
    try:
        build_app()()
    except CourseError as error:
        if _debug:
            raise
        print(f"coursekit: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        if _debug:
            raise
        print(f"coursekit: {_sentence(error)}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print("coursekit: stopped.", file=sys.stderr)
        raise SystemExit(130) from None


def _sentence(error: OSError) -> str:
    """Turn an operating-system error into what is wrong and with which file."""
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}."
