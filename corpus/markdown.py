"""Text from outside as Markdown: nothing in it is markup, ends a table's cell, or hides from the reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~$&!^])")


def literal(text: str) -> str:
    """The text on one line, with every sign that Markdown or HTML would act on escaped."""
    return _MARKUP.sub(r"\\\1", one_line(text))


def prose(text: str) -> str:
    """Text of a schema's author on one line: code between backticks stays code, and no HTML or table comes of it."""
    return one_line(text).replace("|", "\\|").replace("<", "&lt;")


def code(text: str) -> str:
    """The text as code; backticks in it get a longer fence."""
    text = one_line(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    inner = f" {text} " if text.startswith("`") or text.endswith("`") or not text.strip() else text
    return f"{fence}{inner}{fence}" if text else "(empty)"


def one_line(text: str) -> str:
    """The text without line breaks, and with U+FFFD for what cannot be seen."""
    return _UNSEEN.sub("\ufffd", " ".join(text.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; the cells are Markdown already."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
