"""Several layers of a corpus read document by document, with a statement of what cannot be compared and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from corpus import codes
from corpus.corpus import Corpus
from corpus.errors import InputRefused, NameUnknown
from corpus.layers import LayerFile
from schemas import Document, LayerHeader, Status

_NAMED = 5
"""How many documents a statement names."""


@dataclass(slots=True)
class LayerAbout:
    """What is known of a layer that is compared."""

    name: str
    annotators: Counter[str] = field(default_factory=Counter)
    """Who made it, with the number of documents."""
    documents: int = 0
    annotations: int = 0
    statuses: Counter[Status] = field(default_factory=Counter)


class SideBySide:
    """The documents that two or more of the layers have something to say about, one after the other.

    What `about` and `left_out` say is complete once all have been read.

    Args:
        corpus: The corpus.
        names: The layers.
        documents: The only documents to read; none given means all.

    Raises:
        NameUnknown: If a layer is not there.
    """

    def __init__(self, corpus: Corpus, names: Sequence[str], documents: Collection[str] = ()) -> None:
        for name in names:
            corpus.require_layer(name)
        self._corpus = corpus
        self._wanted = frozenset(documents)
        self._there = {name: set(corpus.store.layer_documents(name)) for name in names}
        self.about = {name: LayerAbout(name) for name in names}
        self._left_out: dict[str, list[str]] = {}
        self._other_versions: defaultdict[tuple[str, str], int] = defaultdict(int)

    def __iter__(self) -> Iterator[tuple[Document, dict[str, LayerFile]]]:
        """Each document with what the layers say about it, for those that say something that can be compared.

        Raises:
            InputRefused: If a file is not as it must be.
            NameUnknown: If a document that was asked for is not there.
        """
        missed = set(self._wanted)
        unseen = {name: set(documents) for name, documents in self._there.items()}
        for document in self._corpus.store.each_document():
            for documents in unseen.values():
                documents.discard(document.id)
            if self._wanted and document.id not in self._wanted:
                continue
            missed.discard(document.id)
            files = {name: file for name in self.about if (file := self._file(name, document)) is not None}
            if len(files) > 1:
                for name, file in files.items():
                    self._count(self.about[name], file)
                yield document, files
        if missed:
            names = ", ".join(sorted(missed))
            raise NameUnknown(f"there is no document {names}", path=self._corpus.folder)
        for name, documents in unseen.items():
            for each in sorted(documents):
                if not self._wanted:
                    self._leave_out(f"{name} has a file about what is no document of the corpus", each)

    @property
    def left_out(self) -> list[str]:
        """What was not compared, and why: one sentence a reason."""
        said = []
        for reason, documents in self._left_out.items():
            named = ", ".join(documents[:_NAMED])
            more = f" and {len(documents) - _NAMED:,} more" if len(documents) > _NAMED else ""
            said.append(f"{reason}: {named}{more}")
        return said

    @property
    def versions(self) -> list[str]:
        """Which layers follow another version of the schema, and were compared all the same."""
        return [
            f"{name} follows {schema} in {number:,} of the documents; it was compared as {self._corpus.schema.id}"
            for (name, schema), number in self._other_versions.items()
        ]

    def _file(self, name: str, document: Document) -> LayerFile | None:
        if document.id not in self._there[name]:
            self._leave_out(f"{name} has nothing about", document.id)
            return None
        try:
            file = self._corpus.store.layer(name, document.id, self._corpus.schema)
        except InputRefused:
            # A file of another version need not be one that this version allows.
            header = self._header(name, document.id)
            if header is None or not self._is_foreign(name, header, document):
                raise
            return None
        if self._is_foreign(name, file.header, document):
            return None
        last = max((annotation.end for annotation in file.annotations), default=0)
        if last > len(document.text):
            message = f"an extent reaches to {last}, past the text's end at {len(document.text)}"
            finding = codes.RANGE.finding(message, file=self._corpus.store.layer_file(name, document.id))
            raise InputRefused.by(finding, self._corpus.folder)
        if file.header.schema_id != self._corpus.schema.id:
            self._other_versions[name, file.header.schema_id] += 1
        return file

    def _header(self, name: str, document: str) -> LayerHeader | None:
        store = self._corpus.store
        first, _, _ = (store.read_bytes(store.layer_file(name, document)) or b"").partition(b"\n")
        try:
            return LayerHeader.model_validate_json(first, by_alias=True, by_name=False)
        except ValidationError:
            return None

    def _is_foreign(self, name: str, header: LayerHeader, document: Document) -> bool:
        """Whether a layer's file counts in another text, or in labels that mean something else; that is then noted."""
        schema = self._corpus.schema
        if header.sha256 != document.sha256:
            self._leave_out(f"{name} has marked another text than the corpus has of", document.id)
            return True
        given, _, version = header.schema_id.partition("@")
        if given != schema.name or version.partition(".")[0] != schema.version.partition(".")[0]:
            reason = f"{name} follows {header.schema_id}, whose labels need not mean what those of {schema.id} do, in"
            self._leave_out(reason, document.id)
            return True
        return False

    def _leave_out(self, reason: str, document: str) -> None:
        self._left_out.setdefault(reason, []).append(document)

    @staticmethod
    def _count(about: LayerAbout, file: LayerFile) -> None:
        about.annotators[file.header.annotator] += 1
        about.documents += 1
        about.annotations += len(file.annotations)
        about.statuses[file.header.status] += 1
