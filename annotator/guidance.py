"""What a reviewer may want to know of a label or a field, as lines to show: the schema's help, the corpus's guidelines.

The guidelines' Markdown is read for its paragraphs, lists and tables, and nothing in it becomes a link or a command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.guidelines import Case, Guidelines
from schemas import FieldSpec, LabelSpec

Tone = Literal["plain", "strong", "dim", "key", "head"]
Line = tuple[tuple[str, Tone], ...]
"""A line that may be wrapped: its pieces, each with its tone. Texts are as they came; whoever shows them makes them
safe."""

_INLINE = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_RULE = re.compile(r"\|?[\s:|-]+\|?")
_SPLIT = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Topic:
    """A label, or one of its fields."""

    label: LabelSpec
    field: FieldSpec | None = None

    @property
    def name(self) -> str:
        """The name of the label, or of the field."""
        return self.label.name if self.field is None else self.field.name


def topics(labels: Sequence[LabelSpec]) -> list[Topic]:
    """Every label followed by its fields."""
    return [Topic(spec, field) for spec in labels for field in (None, *spec.fields)]


def lines(topic: Topic, key: str, guidelines: Guidelines) -> list[Line]:
    """All that there is to say of a topic.

    Args:
        topic: What to tell about.
        key: The key of the label, as it is in force.
        guidelines: The corpus's own.
    """
    label, field = topic.label, topic.field
    found: list[Line] = []
    if field is None:
        found += [((f"{label.name}", "head"), (f"   key {key}" if key else "", "dim")), ()]
        found += [((paragraph, "plain"),) for paragraph in paragraphs(label.help)]
    else:
        found += [((f"{label.name} · {field.name}", "head"), (f"   {_kind(field)}", "dim")), ()]
        found += [((paragraph, "plain"),) for paragraph in paragraphs(field.help)]
        found += [((f"  {choice.key or ' '}  ", "key"), (choice.name, "strong")) for choice in field.choices]
    section = guidelines.section(label.name, field.name if field else None)
    if section:
        found += [(), (("guidelines", "dim"),), *markdown(section)]
    cases = guidelines.cases_of(label.name, field.name if field else None)
    if cases:
        found += [(), ((f"decided cases ({len(cases)})", "dim"),)]
        for case in cases:
            found += [(), _case(case, field)]
    return found


def paragraphs(text: str) -> list[str]:
    """A docstring's paragraphs, each as one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def markdown(text: str) -> Iterator[Line]:
    """Markdown as lines: paragraphs and list items joined, tables as a block a row under the names of their columns."""
    waiting: list[str] = []
    columns: list[str] | None = None
    for line in text.split("\n"):
        is_row = line.lstrip().startswith("|")
        if not is_row:
            columns = None
        if waiting and (is_row or not line.strip() or _ITEM.match(line)):
            yield _inline(" ".join(each.strip() for each in waiting))
            waiting = []
        if is_row:
            cells = [cell.strip().replace("\\|", "|") for cell in _SPLIT.split(line.strip().strip("|"))]
            if columns is None:
                columns = cells
            elif not _RULE.fullmatch(line.strip()):
                yield from _row(columns, cells)
        elif line.strip():
            waiting.append(line)
        else:
            yield ()
    if waiting:
        yield _inline(" ".join(each.strip() for each in waiting))


def _row(columns: Sequence[str], cells: Sequence[str]) -> Iterator[Line]:
    first, *others = cells
    yield ((_bare(first), "strong"),)
    for column, cell in zip(columns[1:], others, strict=False):
        if cell:
            yield (f"    {_bare(column)}: ", "dim"), *_inline(cell)


def _inline(text: str) -> Line:
    return tuple(
        (_bare(piece), "strong" if _INLINE.fullmatch(piece) else "plain") for piece in _INLINE.split(text) if piece
    )


def _bare(text: str) -> str:
    """Without the signs of code and of strong words."""
    return text.replace("`", "").replace("**", "")


def _kind(field: FieldSpec) -> str:
    said = [str(field.kind.value), "needed" if field.required else "may stay empty" if field.nullable else ""]
    if field.labels:
        said.append("to " + " or ".join(field.labels))
    return ", ".join(each for each in said if each)


def _case(case: Case, field: FieldSpec | None) -> Line:
    values = {field.name: case.values[field.name]} if field is not None else case.values
    shown = ", ".join(f"{name} {value if isinstance(value, str) else _json(value)}" for name, value in values.items())
    return (
        (f"{case.document}:{case.start} ", "dim"),
        (f"“{case.text}” ", "strong"),
        (f"{shown} " if shown else "", "key"),
        (f"({case.rule}) {case.why}", "plain"),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
