"""Whether a corpus may run the schema's module that it brings along: the option `--trust`, and the question."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from annotator.display import safe

if TYPE_CHECKING:
    from corpus.modules import Beside

_Command = TypeVar("_Command", bound=Callable[..., object])


def trust_option(command: _Command) -> _Command:
    """Gives a command that reads a corpus the option `--trust`, which holds as long as the command runs."""
    option = click.option(
        "--trust",
        is_flag=True,
        expose_value=False,
        callback=_grant,
        help="Run the schema's module that lies beside corpus.toml, this once.",
    )
    return option(command)


def _grant(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from corpus import trust

        ctx.with_resource(trust.granted())


def module_beside(folder: Path) -> tuple[str, Beside | None]:
    """The schema that a corpus names, and its module, where that comes with the corpus and not from a package.

    Raises:
        InputRefused: If `corpus.toml` is not as it must be.
        SchemaUnavailable: If there is no such module anywhere.
    """
    from corpus import codes, manifest, modules
    from corpus.errors import SchemaUnavailable

    schema = manifest.read(folder).schema_path
    name = schema.partition(":")[0]
    if modules.is_installed(name):
        return schema, None
    found = modules.beside(name, folder)
    if found is None:
        raise SchemaUnavailable(
            f"there is no module {name}", path=schema, code=codes.SCHEMA.code, help=codes.SCHEMA.help
        )
    return schema, found


def described(schema: str, module: Beside) -> str:
    """What is asked about: the corpus, the schema, the module and the digest of what would be run."""
    from corpus.trust import Trusted

    about = Trusted.of(schema, module)
    return safe(
        f"corpus  {about.folder}\nschema  {schema}\nmodule  {module.file.name}, {len(module.data):,} bytes\n"
        f"SHA-256 {about.sha256}"
    )


def has_terminal() -> bool:
    """Whether there is somebody who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(folder: Path) -> bool:
    """Asks whether a corpus may run its schema's module, and keeps a yes."""
    from corpus import trust

    schema, module = module_beside(folder)
    if module is None:
        return True
    click.echo(
        f"{described(schema, module)}\n\nReading this corpus runs this module, with all that you may do.", err=True
    )
    if not click.confirm("Do you trust it?", err=True):
        return False
    trust.remember(schema, module)
    return True
