"""What an annotator said in the documents of a corpus: of which words, and by which rules that could be foretold."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from annotator.choices import Choices
from annotator.memory import Memory
from corpus.corpus import Corpus
from corpus.errors import CorpusError
from corpus.registry import Registry
from corpus.store import Store
from schemas import Annotation, LabelSchema, plain

MOST = 1000
"""Of how many annotations one remembers what was said."""
_MOST_BYTES = 256 * 1024
"""A layer's file of which more is written has more annotations than that, and is not read."""
_MOST_FILES = 500
"""How many of a layer's files are looked at: of a thousand empty ones, or broken ones, nothing is learnt."""


class Experience:
    """What was said outside of a session, and before it."""

    def __init__(self, schema: LabelSchema, registry: Registry) -> None:
        self._schema = schema
        self.memory = Memory(schema, registry)
        """Of other documents; of its own a session remembers it itself."""
        self.choices = Choices(schema, registry)

    def learn(self, annotations: Iterable[Annotation], *, are_own: bool = False) -> None:
        """Remembers what some annotations say; `are_own` where they are those of the session's document."""
        for each in annotations:
            fields = self._schema.by_name[each.label].fields
            self.choices.learn(
                each.label, each.text, {field.name: plain(getattr(each, field.name)) for field in fields}
            )
            if not are_own:
                self.memory.keep(each)


def recalled(
    corpus: Corpus,
    registry: Registry,
    layer: str,
    document: str,
    own: Sequence[Annotation] = (),
    is_wanted: Callable[[], bool] = lambda: True,
) -> Experience:
    """What the annotator of a layer said in a document before, and in those before it; then in those after it.

    The nearest are remembered, as many as there is room for, and what was said in them counts as said last. What cannot
    be read is left out.

    Args:
        corpus: The corpus.
        registry: Its entities, as they are known now.
        layer: The layer.
        document: The document.
        own: What the layer says about the document, not more than `MOST`.
        is_wanted: Asked before each file; none is read any more once it says no.
    """
    experience = Experience(corpus.schema, registry)
    found = [own]
    room = MOST - len(found[0])
    for said in _others(corpus, layer, document, is_wanted):
        if len(said) > room:
            break
        found.append(said)
        room -= len(said)
    for said in reversed(found):
        experience.learn(said, are_own=said is own)
    return experience


def _others(corpus: Corpus, layer: str, document: str, is_wanted: Callable[[], bool]) -> Iterator[Sequence[Annotation]]:
    """What a layer says about the documents before one, the last of them first, and then about those after it."""
    store = corpus.store
    try:
        # The documents may be read anew meanwhile: they are asked for once.
        names, there = list(corpus.documents), set(store.layer_documents(layer))
    except CorpusError:
        return
    place = names.index(document) if document in names else len(names)
    others = (name for name in itertools.chain(reversed(names[:place]), names[place + 1 :]) if name in there)
    for name in itertools.islice(others, _MOST_FILES):
        if not is_wanted():
            return
        try:
            if _is_small(store, store.layer_file(layer, name)):
                yield store.layer(layer, name, corpus.schema).annotations
        except CorpusError:
            continue


def _is_small(store: Store, file: str) -> bool:
    """Whether a file is there, and not too large to be read."""
    signature = store.signature(file)
    return bool(signature) and signature[2] <= _MOST_BYTES
