"""Whether there is a terminal that the app can use, and the app run in it."""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.signals import Ending

if TYPE_CHECKING:
    from annotator.app import AnnotatorApp
    from annotator.picture import Picture

_MOST_WAIT = 0.0001
"""How long a thread may keep the interpreter while another wants it, in seconds."""
_MMAP_THRESHOLD = -3
"""The number of the option of the C library that says which pieces of memory are large."""
_LARGE = 1 << 20
"""From how many bytes on they are."""
_MOST_ARENAS = -8
"""The number of the option that says how many stores of memory the threads have."""


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
    path: Path,
    layer: str,
    document: str | None = None,
    start: int = 0,
    beside: Sequence[str] = (),
    *,
    schema: str | None = None,
    exclusive: bool = False,
    offer_tutorial: bool = False,
) -> None:
    """Opens the app on one layer of a corpus, with others beside it, and returns when it is left.

    Args:
        path: The corpus, or a path inside of it.
        layer: The layer that is written.
        document: The document to begin with; the first one where none is given.
        start: The code point to go to in it.
        beside: The other layers.
        schema: Takes the place of the schema that `corpus.toml` names.
        exclusive: Nobody else may change a document of the layer while it is open here.
        offer_tutorial: A user who never answered is asked whether to begin with the tutorial.

    Raises:
        SystemExit: With `ExitCode.ENVIRONMENT` where there is no terminal for it, with 128 and the signal's number
            where a signal ended it, and with `ExitCode.INTERNAL` where the program is at fault.
        CorpusError: Where the corpus cannot be read.
    """
    # What is imported stays: looking through it for waste takes a tenth of the time to the first frame.
    gc.disable()
    # A key waits for what runs beside it, such as the check of a long document, no longer than this.
    sys.setswitchinterval(_MOST_WAIT)
    with _picture(path, layer, document, start, beside) if lacking() is None else nullcontext() as picture:
        give_large_pieces_back()
        from corpus.corpus import Corpus
        from corpus.store import check_name

        corpus = Corpus.open(path, schema)
        _require_terminal()
        check_name(layer)
        # Whatever keeps the documents from being read is told before the app is there.
        first = corpus.document(document).id if document is not None else next(iter(corpus.documents), None)
        for other in beside:
            corpus.require_layer(other)

        def app_with(picture: Picture | None) -> AnnotatorApp:
            from annotator import keymap, settings
            from annotator.app import AnnotatorApp
            from annotator.workspace import Workspace

            file = keymap.user_file()
            keys = keymap.read(file, AnnotatorApp.bounds()) if file.exists() else None
            own = settings.read(settings.user_file())
            workspace = Workspace(corpus, layer, exclusive=exclusive)
            return AnnotatorApp(
                workspace, first, start, beside, keys, own, offers_tutorial=offer_tutorial, picture=picture
            )

        app = app_with(picture)
        left = _left(app)
    _tell(app, *left)
    if app.wants_tutorial:
        teach()
        _show(app_with(None))


def give_large_pieces_back() -> None:
    """Has the C library give each large piece of memory back to the system as soon as nobody uses it any more.

    By itself it keeps those that are smaller than the largest it has seen, and a text is large and soon read. It also
    keeps what one thread has freed from the others; of Python's threads only one at a time asks for any.
    """
    import ctypes

    # Only that of Linux has it.
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _LARGE)
        set_option(_MOST_ARENAS, 1)


def _picture(
    path: Path, layer: str, document: str | None, start: int, beside: Sequence[str]
) -> AbstractContextManager[Picture | None]:
    """What is shown of the document until the app is there."""
    from annotator import picture

    return picture.shown(path, layer, document, start, beside)


def teach() -> None:
    """Opens the tutorial on a copy of the bundled corpus that is thrown away, and returns when it is left.

    Raises:
        SystemExit: With `ExitCode.ENVIRONMENT` where there is no terminal for it.
        CorpusError: Where the bundled corpus cannot be read.
    """
    _require_terminal()
    import shutil
    import tempfile

    from annotator import keymap, settings
    from annotator.app import AnnotatorApp
    from annotator.workspace import Workspace
    from corpus import bundled, lessons
    from corpus.corpus import Corpus

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
    _tell(app, *_left(app))


def _left(app: AnnotatorApp) -> tuple[str, bool]:
    """Runs the app to its end; what became of changes that were not saved, if anything, and whether all is saved."""
    ending = Ending(app.leave, app.give_terminal_back)
    app.when_gone = ending.begin
    with ending:
        app.run()
        return app.rescue()


def _tell(app: AnnotatorApp, kept: str, is_saved: bool) -> None:
    """Says what there is to say of an app that was left, and ends the program where it was not left in peace."""
    # Who reads this may be gone with the terminal.
    with contextlib.suppress(OSError):
        if app.failure is not None:
            from annotator import crash_report

            click.echo(crash_report.told(app.failure, kept), err=True)
        elif kept:
            click.echo(f"annotator: {safe(kept)}", err=True)
    if app.failure is not None:
        raise SystemExit(ExitCode.INTERNAL)
    if code := app.return_code or (ExitCode.OK if is_saved else ExitCode.STORE):
        raise SystemExit(code)


def _require_terminal() -> None:
    if (reason := lacking()) is not None:
        click.echo(safe(f"annotator: {reason}"), err=True)
        raise SystemExit(ExitCode.ENVIRONMENT)
