"""What is written down when the program itself is at fault, so that it can be told to those who mend it.

The report lies in the user's state folder and is readable by the user alone: the messages in it may quote documents.
"""

from __future__ import annotations

import os
import platform
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from annotator.display import safe

_KEPT = 20
"""How many reports are kept; the oldest go first."""
_SHOWN = 80
"""How many code points of an error's message are told in the terminal."""


def folder() -> Path:
    """Where the reports lie; it need not be there."""
    import platformdirs

    return Path(platformdirs.user_state_dir("annotator")) / "crashes"


def write(error: BaseException, *, into: Path | None = None) -> Path:
    """Writes a report on an error, without any variable's value, and removes the oldest ones.

    Args:
        error: What went wrong.
        into: The folder, instead of the user's.

    Raises:
        OSError: Where it cannot be written.
    """
    there = into or folder()
    there.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(UTC)
    path = there / f"{now:%Y%m%dT%H%M%S}.{now.microsecond:06}-{os.getpid()}.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(described(error))
    for old in sorted(there.glob("*.txt"))[:-_KEPT]:
        with suppress(OSError):
            old.unlink()
    return path


def described(error: BaseException) -> str:
    """The report's text: what ran where, and the way that the error took. Nothing in it speaks to a terminal."""
    lines = [
        f"annotator {_version('terminal-annotator')}, Textual {_version('textual')}",
        f"Python {platform.python_version()}, {platform.platform()}",
        f"called as: {' '.join(map(repr, sys.argv))}",
        f"terminal: TERM={os.environ.get('TERM', '')!r}",
        "",
        *traceback.format_exception(error),
    ]
    return safe("\n".join(line.rstrip("\n") for line in lines)) + "\n"


def told(error: BaseException, kept: str = "", *, into: Path | None = None) -> str:
    """Writes the report and gives the lines to show: what happened, what is safe, where the report lies.

    Where no report can be written, the lines are the report.

    Args:
        error: What went wrong.
        kept: What became of the work, in a sentence.
        into: The folder of reports, instead of the user's.
    """
    words = f"{type(error).__name__}: {' '.join(str(error).split())}"
    lines = [f"annotator: this is a fault of the program. {words if len(words) <= _SHOWN else words[:_SHOWN] + '…'}"]
    if kept:
        lines.append(f"annotator: {kept}")
    try:
        lines.append(f"annotator: please tell it, with the report in {write(error, into=into)}")
    except OSError as refused:
        lines += [f"annotator: no report could be written ({refused}); this is what it would say:", described(error)]
    return safe("\n".join(lines))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "?"
