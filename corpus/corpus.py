"""A corpus: its documents, layers, entities and claims, read from one folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from corpus import manifest
from corpus.errors import NameUnknown
from corpus.layers import LayerFile
from corpus.manifest import Manifest
from corpus.store import Store
from schemas import Claim, Document, Entity, LabelSchema


class Corpus:
    """A folder with a `corpus.toml`. What is asked for is read from disk once and kept."""

    def __init__(self, folder: Path, manifest: Manifest, schema: LabelSchema) -> None:
        self.folder = folder
        self.manifest = manifest
        self.schema = schema
        self.store = Store(folder)

    @classmethod
    def open(cls, path: Path | str, schema: str | None = None) -> Corpus:
        """The corpus in a folder, or around it. `schema` takes the place of the one that `corpus.toml` names.

        Raises:
            CorpusNotFound: If there is none.
            InputRefused: If `corpus.toml` does not say what it must.
            SchemaUnavailable: If the schema cannot be imported.
            SchemaUntrusted: If the schema's module came with the corpus and is not trusted; see `corpus.trust`. A
                schema that is given here is trusted.
        """
        folder = manifest.find(Path(path))
        about = manifest.read(folder)
        labels = manifest.load_schema(schema or about.schema_path, folder, trusted=schema is not None)
        return cls(folder, about, labels)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """Every document by its id, in the corpus's order."""
        return {document.id: document for document in self.store.documents()}

    def read_documents_again(self) -> bool:
        """Reads the documents anew, since the file may have changed; says whether they are others now.

        Raises:
            InputRefused: At the first line that is no document; the documents stay those that were read before.
        """
        before, now = self.documents, {document.id: document for document in self.store.documents()}
        # A cached property is kept under its own name.
        self.__dict__["documents"] = now
        return list(now.items()) != list(before.items())

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """Every entity by its id."""
        return {entity.id: entity for entity in self.store.entities()}

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """Every claim by its id."""
        return {claim.id: claim for claim in self.store.claims()}

    @property
    def layers(self) -> list[str]:
        """The names of the layers that are there."""
        return self.store.layer_names()

    def document(self, name: str) -> Document:
        """The document of that id.

        Raises:
            NameUnknown: If there is none.
        """
        try:
            return self.documents[name]
        except KeyError:
            known = ", ".join(list(self.documents)[:12]) or "none"
            raise NameUnknown(f"there is no document {name!r}", path=self.folder, help=f"There is: {known}") from None

    def layer(self, name: str) -> dict[str, LayerFile]:
        """What a layer says, by document, for the documents that it has a file for, in the corpus's order.

        Raises:
            NameUnknown: If there is no such layer.
            InputRefused: If one of its files is not as it must be.
        """
        self.require_layer(name)
        there = set(self.store.layer_documents(name))
        order = [document for document in self.documents if document in there]
        return {document: self.store.layer(name, document, self.schema) for document in order}

    def require_layer(self, name: str) -> None:
        """Refuses a layer that is not there.

        Raises:
            NameUnknown: If it is not.
        """
        if name not in self.layers:
            known = ", ".join(self.layers) or "none"
            raise NameUnknown(f"there is no layer {name!r}", path=self.folder, help=f"There is: {known}")
