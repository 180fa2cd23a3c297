"""`annotator tutorial`: the app's own lessons, on a document of the bundled corpus."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Example:
  annotator tutorial        five minutes; what you mark there is thrown away"""
)
def command() -> None:
    """Learn the keys in five minutes, on a real document, in an app that sees what you do.

    The lessons run on a copy of the bundled corpus that is thrown away in the end.
    """
    from annotator.terminal import teach

    teach()
