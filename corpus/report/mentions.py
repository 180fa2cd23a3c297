"""The mentions of entities, gathered while the documents go by, each with the words around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.field_agreement import several
from corpus.report.press import clipped
from schemas import Annotation, Document, Kind, LabelSchema

_AROUND = 70
"""Code points shown on either side."""


@dataclass(frozen=True, slots=True)
class Context:
    """Words with what stands before and after them in their line."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One annotation that points to an entity."""

    document: str
    layer: str
    page: str
    annotation: str
    label: str
    field: str
    context: Context


class Mentions:
    """Every mention of every entity, by its id; of each document those of one layer."""

    def __init__(self, schema: LabelSchema) -> None:
        self._schema = schema
        self._found: defaultdict[str, list[Mention]] = defaultdict(list)

    def add(self, document: Document, layer: str, annotations: Sequence[Annotation], pages: Mapping[str, str]) -> None:
        """Takes in those of a document. `pages` tells where each annotation is shown."""
        for each in annotations:
            for field in self._schema.by_name[each.label].of_kind(Kind.ENTITY):
                for entity in several(getattr(each, field.name)):
                    self._found[entity].append(
                        Mention(
                            document=document.id,
                            layer=layer,
                            page=pages[each.id],
                            annotation=each.id,
                            label=each.label,
                            field=field.name,
                            context=context(document.text, each),
                        )
                    )

    def of(self, entity: str) -> list[Mention]:
        """Those of an entity, in the order of the documents and then by place."""
        return self._found.get(entity, [])

    def __iter__(self) -> Iterator[str]:
        """The ids that are mentioned, whether they are registered or not."""
        return iter(self._found)


def context(text: str, annotation: Annotation) -> Context:
    """An annotation's words with what stands around them in the same line, cut at blanks; `…` where it goes on."""
    start, end = annotation.start, annotation.end
    low = max(text.rfind("\n", 0, start) + 1, start - _AROUND)
    if low > 0 and text[low - 1] != "\n":
        low = text.find(" ", low, start) + 1 or low
        before = "…" + text[low:start]
    else:
        before = text[low:start]
    line_end = text.find("\n", end)
    high = min(len(text) if line_end < 0 else line_end, end + _AROUND)
    if high < len(text) and text[high] != "\n":
        cut = text.rfind(" ", end, high)
        after = text[end : cut if cut >= 0 else high] + "…"
    else:
        after = text[end:high]
    return Context(before, clipped(annotation.extent.text(text) or annotation.text), after)
