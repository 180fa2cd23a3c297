"""Whether there is a terminal that the app can use, and the app run in it."""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from annotator import crash_report
from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.signals import Ending
from corpus.corpus import Corpus

if TYPE_CHECKING:
    from annotator.app import AnnotatorApp


def lacking() -> str | None:
    """What keeps the app from being shown here, if anything."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return (
            "E-NOTTY the app needs a terminal for its keys and its screen, and one of them leads elsewhere; "
            "in a pipe or a script, use `annotator validate`, `annotator stats` or `annotator export`"
        )
    if os.environ.get("TERM", "") in ("", "dumb"):
        return "E-TERM the terminal cannot move its cursor (TERM is unset or dumb); set TERM, such as xterm-256color"
    if codecs.lookup(sys.stderr.encoding).name != "utf-8":
        return (
            f"E-LOCALE the terminal is said to take {sys.stderr.encoding}, in which most texts cannot be shown; "
            "set a UTF-8 locale, such as LC_ALL=C.UTF-8"
        )
    return None


def run(
    corpus: Corpus,
    layer: str,
    document: str | None = None,
    start: int = 0,
    beside: Sequence[str] = (),
    *,
    exclusive: bool = False,
    offer_tutorial: bool = False,
) -> None:
    """Opens the app on one layer of a corpus, with others beside it, and returns when it is left.

    With `exclusive`, nobody else may change a document of the layer while it is open here. With `offer_tutorial`, a
    user who never answered is asked whether to begin with the tutorial.

    Raises:
        SystemExit: With `ExitCode.ENVIRONMENT` where there is no terminal for it, with 128 and the signal's number
            where a signal ended it, and with `ExitCode.INTERNAL` where the program is at fault.
        CorpusError: Where the corpus cannot be read.
    """
    _require_terminal()
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
    path = keymap.user_file()
    keys = keymap.read(path, AnnotatorApp.bounds()) if path.exists() else None

    def again() -> AnnotatorApp:
        own = settings.read(settings.user_file())
        workspace = Workspace(corpus, layer, exclusive=exclusive)
        return AnnotatorApp(workspace, document, start, beside, keys, own, offers_tutorial=offer_tutorial)

    app = again()
    _show(app)
    if app.wants_tutorial:
        teach()
        _show(again())


def teach() -> None:
    """Opens the tutorial on a copy of the bundled corpus that is thrown away, and returns when it is left.

    Raises:
        SystemExit: With `ExitCode.ENVIRONMENT` where there is no terminal for it.
        CorpusError: Where the bundled corpus cannot be read.
    """
    _require_terminal()
    import shutil
    import tempfile
    from pathlib import Path

    from annotator import keymap, settings
    from annotator.app import AnnotatorApp
    from annotator.workspace import Workspace
    from corpus import bundled, lessons

    with tempfile.TemporaryDirectory(prefix="annotator-tutorial-") as folder:
        corpus = Corpus.open(shutil.copytree(bundled.folder(), Path(folder) / "corpus"))
        keys = keymap.read(keymap.user_file(), AnnotatorApp.bounds())
        own = settings.read(settings.user_file())
        app = AnnotatorApp(
            Workspace(corpus, "tutorial"), keymap=keys, settings=own, tutorial=lessons.read(corpus.store)
        )
        _show(app)


def _show(app: AnnotatorApp) -> None:
    """Runs the app to its end, whatever ends it."""
    ending = Ending(app.leave, app.give_terminal_back)
    app.when_gone = ending.begin
    with ending:
        app.run()
        kept, is_saved = app.rescue()
    # Who reads this may be gone with the terminal.
    with contextlib.suppress(OSError):
        if app.failure is not None:
            click.echo(crash_report.told(app.failure, kept), err=True)
        elif kept:
            click.echo(f"annotator: {safe(kept)}", err=True)
    if app.failure is not None:
        raise SystemExit(ExitCode.INTERNAL)
    if code := app.return_code or (ExitCode.OK if is_saved else ExitCode.STORE):
        raise SystemExit(code)


def _require_terminal() -> None:
    if (reason := lacking()) is not None:
        click.echo(f"annotator: {reason}", err=True)
        raise SystemExit(ExitCode.ENVIRONMENT)
