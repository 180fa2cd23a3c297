r"""Files of JSON lines: how they are split, what is refused before a line is parsed, and how a line is written.

A line ends at `\n` and nowhere else: U+2028, form feeds and other separators may stand inside a record.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO, TextIOWrapper
from typing import Any, NamedTuple, Protocol

from corpus import codes
from schemas import Finding

LINE_LIMIT = 1024 * 1024
"""The most bytes that a line of a layer, an entity or a claim may have. A document's line may be longer."""

DOCUMENT_LIMIT = 128 * 1024 * 1024
"""The most bytes that the line of a document may have: twice those of the largest text, whose newlines and quotation
marks take two bytes each, and its zones."""

DEPTH_LIMIT = 32
"""How deep a record may nest."""

_BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKET = re.compile(r"[][{}]")
_MARKERS = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")


class Line(NamedTuple):
    """One line that may be parsed: its number, counted from 1, and its bytes without the newline."""

    number: int
    data: bytes


def split(data: bytes, file: str, limit: int | None = LINE_LIMIT) -> Iterator[Line | Finding]:
    """The lines of a file in order; a finding takes the place of a line that cannot be one record.

    A carriage return at the end of a line is reported once for the file, and the line is given without it.
    """
    return split_stream(BytesIO(data), file, limit)


class Lines(Protocol):
    """What lines are read from: a file, or a part of one."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line with its newline, or that many bytes of it; nothing at the end."""


def split_stream(stream: Lines, file: str, limit: int | None, *, is_start: bool = True) -> Iterator[Line | Finding]:
    """The same for a file that is being read; never more than one line is in memory, nor more of it than the limit.

    `is_start` says whether the first line is that of the file.
    """
    told_of_crlf = False
    most = -1 if limit is None else limit + len("\r\n")
    number = 0
    while raw := stream.readline(most):
        number += 1
        if number == 1 and is_start and raw.startswith(_BOM):
            yield codes.BOM.finding("the file begins with a byte order mark", file=file, line=1)
            raw = raw[len(_BOM) :]
        is_whole = raw.endswith(b"\n")
        line = raw[:-1] if is_whole else raw
        size = len(line)
        if not is_whole and limit is not None and size > limit:
            while not is_whole and (rest := stream.readline(LINE_LIMIT)):
                size += len(rest)
                is_whole = rest.endswith(b"\n")
        if not is_whole:
            yield codes.TORN.finding("the last line has no newline; it may be incomplete", file=file, line=number)
        if line.endswith(b"\r"):
            line = line[:-1]
            if not told_of_crlf:
                told_of_crlf = True
                yield codes.CRLF.finding("the line ends in \\r\\n", file=file, line=number)
        if not line or line.isspace():
            yield codes.BLANK.finding("the line is blank", file=file, line=number)
        elif limit is not None and size > limit:
            yield codes.LONG.finding(f"the line has {size:,} bytes", file=file, line=number)
        elif not line.startswith(b"{") and line.startswith(_MARKERS):
            yield codes.MERGE.finding("the line is a mark of an unresolved merge", file=file, line=number)
        else:
            yield Line(number, line)


def faults(line: Line, file: str) -> Iterator[Finding]:
    """What is wrong with a line as JSON, looked at slowly: encoding, syntax, depth, duplicate keys, numbers."""
    try:
        text = line.data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield codes.UTF8.finding(f"byte {error.start + 1} of the line is not UTF-8", file=file, line=line.number)
        return
    if _depth(text) > DEPTH_LIMIT:
        yield codes.DEPTH.finding(f"the line nests more than {DEPTH_LIMIT} deep", file=file, line=line.number)
        return
    hooks = _Hooks()
    try:
        record = json.loads(
            text,
            object_pairs_hook=hooks.pairs,
            parse_constant=hooks.refused.append,
            parse_float=hooks.number,
            parse_int=hooks.integer,
        )
    except ValueError as error:
        yield _not_json(error, text).at(file=file, line=line.number)
        return
    if not isinstance(record, dict):
        yield codes.JSON.finding("the line is not a JSON object", file=file, line=line.number)
        return
    for key in hooks.twice:
        yield codes.KEY.finding(f"the key {key!r} is there twice", file=file, line=line.number)
    if _SURROGATE.search(text) and (half := _half_of_a_pair(record)) is not None:
        message = f"a string holds U+{ord(half):04X}, which is no character by itself"
        yield codes.SURROGATE.finding(message, file=file, line=line.number)
    for number in hooks.refused:
        yield codes.NUMBER.finding(f"{number[:40]} is not a number that a file may hold", file=file, line=line.number)


def _not_json(error: ValueError, text: str) -> Finding:
    """Why a line is not JSON: a control character stands where none may, or something else."""
    at = error.pos if isinstance(error, json.JSONDecodeError) and error.msg.startswith("Invalid control") else None
    if at is None and (control := _CONTROL.search(text)) is not None:
        at = control.start()
    if at is None:
        return codes.JSON.finding(f"not JSON: {error}")
    return codes.CONTROL.finding(f"character {at + 1} of the line is U+{ord(text[at]):04X}, a control character")


def _half_of_a_pair(record: object) -> str | None:
    """The first half of a surrogate pair that stands alone somewhere in a record."""
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        return error.object[error.start]
    return None


class _Hooks:
    """What the JSON parser of the standard library passes over in silence, gathered while it parses."""

    def __init__(self) -> None:
        self.twice: list[str] = []
        self.refused: list[str] = []

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self.twice.append(key)
                seen.add(key)
        return record

    def number(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            self.refused.append(digits)
        return value

    def integer(self, digits: str) -> int:
        # Twenty digits hold every 64-bit number; `int` itself refuses thousands of them with an error of its own.
        if len(digits) > 20:
            self.refused.append(digits)
            return 0
        return int(digits)


_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A JSON string, or what is left of one that does not end; possessive, so that no text makes it try twice."""


def _depth(text: str) -> int:
    """How deep brackets nest outside of strings."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        if bracket in "{[":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def render(records: Iterable[Mapping[str, Any]]) -> bytes:
    """The records as lines: compact, UTF-8 as is, keys in the order given, every line ended by a newline."""
    import jsonlines

    buffer = BytesIO()
    stream = TextIOWrapper(buffer, encoding="utf-8", newline="\n", write_through=True)
    with jsonlines.Writer(stream, compact=True, dumps=_dumps) as writer:
        writer.write_all(records)
    return buffer.getvalue()


def _dumps(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
