"""Whether there is a terminal that the app can use, and the app run in it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click

from annotator.exit_codes import ExitCode
from corpus.corpus import Corpus


def lacking() -> str | None:
    """What keeps the app from being shown here, if anything."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "E-NOTTY the app needs a terminal; in a pipe, use `annotator validate` or `annotator export`"
    if os.environ.get("TERM", "") in ("", "dumb"):
        return "E-TERM the terminal cannot move its cursor (TERM is unset or dumb); set TERM, such as xterm-256color"
    return None


def run(
    corpus: Corpus,
    layer: str,
    document: str | None = None,
    start: int = 0,
    beside: Sequence[str] = (),
    *,
    exclusive: bool = False,
) -> None:
    """Opens the app on one layer of a corpus, with others beside it, and returns when it is left.

    With `exclusive`, nobody else may change a document of the layer while it is open here.

    Raises:
        SystemExit: With `ExitCode.ENVIRONMENT` where there is no terminal for it.
        CorpusError: Where the corpus cannot be read.
    """
    if (reason := lacking()) is not None:
        click.echo(f"annotator: {reason}", err=True)
        raise SystemExit(ExitCode.ENVIRONMENT)
    # What is imported stays: looking through it for waste takes a tenth of the time to the first frame.
    gc.disable()
    from annotator import keymap, settings
    from annotator.app import AnnotatorApp
    from annotator.workspace import Workspace
    from corpus.store import check_name

    check_name(layer)
    if document is not None:
        corpus.document(document)
    for other in beside:
        corpus.require_layer(other)
    keys = keymap.read(keymap.user_file(), AnnotatorApp.bounds())
    workspace = Workspace(corpus, layer, exclusive=exclusive)
    app = AnnotatorApp(workspace, document, start, beside, keys, settings.read(settings.user_file()))
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
