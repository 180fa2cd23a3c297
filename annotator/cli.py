"""The command line: every command by its name, imported only when it is called.

stdout is data, stderr is talk. A command lives in `annotator/commands/`, one module each.
"""

from __future__ import annotations

import gc
import importlib
import sys
from types import ModuleType
from typing import Any

import click

from annotator.exit_codes import ExitCode

COMMANDS: dict[str, str] = {
    "add": "Put documents into a corpus.",
    "agreement": "Compare layers: how far annotators agree.",
    "demo": "Try the app on a copy of the bundled corpus.",
    "diff": "Show what changed between two revisions.",
    "explain": "Say what a finding's code means.",
    "export": "Build the dataset, or another tool's format.",
    "hydrate": "Put the words back into a dataset without texts.",
    "init": "Make a new corpus.",
    "keys": "List the keys, and where to change them.",
    "merge-driver": "Merge a file as git asks for it.",
    "open": "Open the app.",
    "publish": "Push the dataset to the Hugging Face Hub.",
    "report": "Write pages to look at.",
    "stats": "Count what a corpus holds.",
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

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what the corpus refuses becomes one line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            code = exit_code(error)
            if code is None:
                raise
            from annotator.display import safe

            click.echo(f"annotator: {safe(str(error))}", err=True)
            ctx.exit(code)


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
    if isinstance(error, errors.InputRefused):
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
