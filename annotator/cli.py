"""The command line: every command by its name, imported only when it is called.

stdout is data, stderr is talk. A command lives in `annotator/commands/`, one module each.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import click

from annotator import signals
from annotator.exit_codes import ExitCode

COMMANDS: dict[str, str] = {
    "add": "Put documents into a corpus.",
    "agreement": "Compare layers: how far annotators agree.",
    "demo": "Try the app on a copy of the bundled corpus.",
    "diff": "Show what changed between two revisions.",
    "doctor": "Say what is wrong, and repair it.",
    "explain": "Say what a finding's code means.",
    "export": "Build the dataset, or another tool's format.",
    "hydrate": "Put the words back into a dataset without texts.",
    "init": "Make a new corpus.",
    "keys": "List the keys, and where to change them.",
    "merge-driver": "Merge a file as git asks for it.",
    "migrate": "Bring layers to the schema's version.",
    "open": "Open the app.",
    "publish": "Push the dataset to the Hugging Face Hub.",
    "report": "Write pages to look at.",
    "stats": "Count what a corpus holds.",
    "trust": "Let a corpus run its own schema.",
    "tutorial": "Learn the keys in five minutes.",
    "validate": "Check a corpus: the gate for CI.",
    "zones": "Show a document's zones, or correct them.",
}
"""Every command with its short help: listing them imports none."""


class Commands(click.Group):
    """Imports a command's module when the command is asked for, and turns errors into a line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from its module."""
        if cmd_name not in COMMANDS:
            return None
        command = _imported(f"annotator.commands.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs the command line. Whatever ends it, it ends with a line on stderr at most, and a code of its own."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        _write_utf8()
        with signals.raised():
            sys.exit(self._ended(args, prog_name, complete_var, **extra))

    def _ended(self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None, **extra: Any) -> int:
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            if sys.stdout is not None:
                sys.stdout.flush()
        except click.ClickException as error:
            told = io.StringIO()
            error.show(told)
            _tell(told.getvalue())
            return error.exit_code
        except click.Abort as error:
            is_interrupted = isinstance(error.__cause__ or error.__context__, KeyboardInterrupt)
            _tell("annotator: stopped\n")
            return ExitCode.INTERRUPTED if is_interrupted else ExitCode.FINDINGS
        except BrokenPipeError:
            return _without_reader()
        except Exception as error:  # noqa: BLE001 # whatever it is, it is told in order
            signals.leave_if_told()
            return _failed(error)
        return code if isinstance(code, int) else ExitCode.OK

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Reads the arguments, and shows the help where that is asked for."""
        try:
            return super().make_context(*args, **extra)
        except BrokenPipeError as error:
            # Click would leave with 1, which means findings here.
            raise SystemExit(_without_reader()) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what the corpus refuses becomes one line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise SystemExit(_without_reader()) from error
        except Exception as error:
            signals.leave_if_told()
            code = exit_code(error)
            if code is None:
                raise
            _tell(f"annotator: {error}\n")
            ctx.exit(code)


def _tell(text: str) -> None:
    """Writes to stderr what may quote a stranger; where nobody can read that any more, it is nobody's loss."""
    from annotator.display import safe

    with contextlib.suppress(OSError):
        click.echo(safe(text), err=True, nl=False)


def _failed(error: Exception) -> int:
    """Says what ended a command that should not have ended so."""
    if isinstance(error, OSError) and error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        _tell(f"annotator: the output cannot be written: {error.strerror}\n")
        return _without_reader(ExitCode.STORE)
    from annotator import crash_report

    _tell(f"{crash_report.told(error)}\n")
    return ExitCode.INTERNAL


def _without_reader(code: ExitCode = ExitCode.BROKEN_PIPE) -> ExitCode:
    """Lets go of what could not be written, or the interpreter would try again as it ends, and complain."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _write_utf8() -> None:
    """Has data written as UTF-8, whatever the locale, and never fails for a character that cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _imported(name: str) -> ModuleType:
    """A module, imported without the garbage collector: what importing makes stays, and looking it over takes a tenth
    of a short command's time.
    """
    if name in sys.modules or not gc.isenabled():
        return importlib.import_module(name)
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def exit_code(error: BaseException) -> ExitCode | None:
    """The exit code that an error of the corpus amounts to; none for an error that is a fault of the program."""
    if "corpus.errors" not in sys.modules:
        return None
    from corpus import errors

    if isinstance(error, errors.StoreBusy):
        return ExitCode.BUSY
    if isinstance(error, errors.InputRefused | errors.SchemaUntrusted):
        return ExitCode.REFUSED
    if isinstance(error, errors.StoreFailed):
        return ExitCode.STORE
    if isinstance(error, errors.PackageMissing | errors.LoginMissing):
        return ExitCode.ENVIRONMENT
    return ExitCode.USAGE if isinstance(error, errors.CorpusError) else None


@click.command(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  annotator demo                        try it on the bundled corpus
  annotator init my-corpus              make a corpus of your own
  annotator add my-corpus texts/*.txt   put documents into it
  annotator open my-corpus --as anna    mark spans, as the layer `anna`
  annotator validate my-corpus          check it""",
)
@click.version_option(None, "-V", "--version", package_name="terminal-annotator", prog_name="annotator")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Mark spans of text in a terminal, check the labels in CI, publish them as a dataset.

    A corpus is a folder with a corpus.toml; where none is named, it is the one around the current folder.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
