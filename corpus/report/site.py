"""The whole site: every page, written in one pass over the documents, then moved into place."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus import output
from corpus.adjudication import Difference
from corpus.census import Census, DocumentCensus, side_by_side
from corpus.check import check
from corpus.corpus import Corpus
from corpus.errors import StoreFailed
from corpus.exports import Advance, Tell
from corpus.layers import LayerFile
from corpus.report import (
    addresses,
    agreement_page,
    claim_page,
    comparison_page,
    entity_page,
    overview,
    schema_page,
    text_page,
)
from corpus.report.claim_page import Said
from corpus.report.drawing import blocks, slots
from corpus.report.index import Index, Place
from corpus.report.mentions import Mentions, context
from corpus.report.press import Press, clipped
from corpus.report.text_page import Written
from schemas import Document, Finding

WHAT = "report"
"""What the folder holds, for a later build that is to take its place."""

_NAVIGATION = (
    (addresses.OVERVIEW, "Overview"),
    (addresses.listing("documents"), "Documents"),
    (addresses.LAYERS, "Layers"),
    (addresses.listing("entities"), "Entities"),
    (addresses.listing("claims"), "Claims"),
    (addresses.SCHEMA, "Schema"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """What was written."""

    first: Path
    """The page to open."""
    pages: int


def build(corpus: Corpus, out: Path, tell: Tell | None = None, advance: Advance | None = None) -> Site:
    """Writes the site of a corpus into a folder of its own; a site that is there already is replaced.

    Args:
        corpus: The corpus.
        out: The folder. It may hold an earlier site that nobody has changed, and nothing else.
        tell: Is told what is going on.
        advance: Is told how far the pages of the documents are.

    Raises:
        OutputRefused: If something else is there.
        InputRefused: If a file of the corpus is not as it must be.
        StoreFailed: If the disk refuses. An earlier site is still there.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 - a link is refused, not followed
    tell, advance = tell or (lambda _: None), advance or (lambda *_: None)
    try:
        output.restore(out)
        output.require_free(out, corpus.folder, WHAT)
        with output.staged(out) as folder:
            pages = _Builder(corpus, folder, tell, advance).run()
            about = corpus.manifest
            note = {"what": WHAT, "corpus": about.name, "version": about.version, "schema": corpus.schema.id}
            output.seal(folder, note)
            output.put_in_place(folder, out, corpus.folder, WHAT)
    except OSError as error:
        raise StoreFailed(f"the report failed: {error.strerror or error}", path=error.filename or out) from error
    return Site(out / addresses.OVERVIEW, pages)


class _Builder:
    """One run; what is said on the way of one document is kept for the pages that come after all of them."""

    def __init__(self, corpus: Corpus, folder: Path, tell: Tell, advance: Advance) -> None:
        self.corpus = corpus
        self.tell = tell
        self.advance = advance
        self.census = Census.begin(corpus)
        self.claim_pages = claim_page.pages(corpus.claims)
        self.index = Index()
        self.mentions = Mentions(corpus.schema)
        self.pages: dict[str, str] = {}
        """The page of each document."""
        self.said: dict[tuple[str, str], Said] = {}
        self.wanted = {
            (position.document, position.annotation)
            for claim in corpus.claims.values()
            for position in claim.positions
            if position.annotation
        }
        self.differences: list[tuple[str, Counter[Difference]]] = []
        self.findings: defaultdict[tuple[str | None, str | None], list[Finding]] = defaultdict(list)
        self.press = Press(
            folder,
            {
                "corpus": corpus.manifest,
                "schema": corpus.schema,
                "slots": slots(corpus.schema),
                "navigation": _NAVIGATION,
                "entity_names": {entity.id: entity.name for entity in corpus.entities.values()},
                "claim_pages": self.claim_pages,
            },
        )

    def run(self) -> int:
        """Writes everything, and tells how many pages there are."""
        self.tell("checking")
        self._check()
        shown_in = self._shown_in()
        self._registers()
        for number, (document, files) in enumerate(side_by_side(self.corpus, list(self.census.layers)), 1):
            self._document(document, files)
            self.advance("writing pages", number, number / len(self.corpus.documents))
        self.tell("comparing the layers")
        agreement = agreement_page.measure(self.corpus, self.census)
        self.tell("writing the overview")
        entities = self.corpus.entities
        titles = {each.id: each.title for each in self.census.documents}
        self.press.share(titles=titles, shown_in=shown_in)
        overview.write(
            self.press,
            self.census,
            agreement_page.rows(agreement),
            agreement.title if agreement else "Consistency between layers",
        )
        overview.write_documents(self.press, self.census, self.pages)
        agreement_page.write(self.press, agreement, self.differences)
        entity_page.write(self.press, entities, self.corpus.claims, self.mentions)
        claim_page.write(self.press, self.corpus.claims, entities, self.said, self.pages)
        schema_page.write(self.press, self.corpus.schema)
        self.index.write(self.press)
        self.press.copy_static()
        return self.press.pages

    def _check(self) -> None:
        """Sorts what the check finds by layer and document, and counts it."""
        found = list(check(self.corpus))
        for finding in found:
            self.findings[finding.layer, finding.document].append(finding)
        self.census.add_findings(iter(found))

    def _shown_in(self) -> str:
        """In which layer entities are looked for."""
        gold = self.census.gold
        return f"in the layer {gold}" if gold else "in the fullest layer of each document"

    def _document(self, document: Document, files: Mapping[str, LayerFile]) -> None:
        about = self.census.add(document, files)
        schema, entities = self.corpus.schema, self.corpus.entities
        written: dict[str | None, Written] = {}
        for name in files or [None]:
            file = files[name] if name is not None else None
            findings = self.findings[name, document.id]
            written[name] = text_page.write(self.press, schema, entities, document, file, about, findings)
        if len(files) > 1:
            counts = comparison_page.write(self.press, schema, document, files, about)
            self.differences.append((document.id, counts))
        main = self._main_layer(about)
        self.pages[document.id] = addresses.text(document.id, main)
        if main is not None:
            self.mentions.add(document, main, files[main].annotations, written[main].annotations)
        gold = self.census.gold
        if gold is not None and gold in files:
            for each in files[gold].annotations:
                if (document.id, each.id) in self.wanted:
                    page = written[gold].annotations[each.id]
                    self.said[document.id, each.id] = Said(page, each.id, context(document.text, each))
        self._searchable(document, written[main].blocks)

    def _main_layer(self, about: DocumentCensus) -> str | None:
        """The layer in which a document is shown first: gold, or the fullest."""
        if self.census.gold in about.layers:
            return self.census.gold
        return max(about.layers, key=lambda name: about.layers[name].annotations, default=None)

    def _registers(self) -> None:
        """Makes entities, claims and labels be found."""
        for entity in self.corpus.entities.values():
            text = ", ".join((entity.kind, *entity.aliases))
            place = Place("entity", entity.name, addresses.entity(entity.id), text)
            self.index.add(place, (*entity.names, entity.note or ""))
        for claim in self.corpus.claims.values():
            page = f"{self.claim_pages[claim.id]}#{addresses.claim(claim.id)}"
            notes = [position.note or "" for position in claim.positions]
            self.index.add(Place("claim", claim.proposition, page), (claim.proposition, claim.note or "", *notes))
        for spec in self.corpus.schema.specs:
            page = f"{addresses.SCHEMA}#{addresses.label(spec.name)}"
            names = [f"{field.name} {' '.join(choice.name for choice in field.choices)}" for field in spec.fields]
            self.index.add(Place("label", spec.name, page, spec.help), (spec.name, spec.help, *names))

    def _searchable(self, document: Document, pages: Mapping[int, str]) -> None:
        """Makes a document be found by its title and by each of its paragraphs."""
        title = document.title or document.id
        about = (document.id, title, document.publisher or "")
        name = document.id if document.title is None else f"{document.id} {clipped(document.title, 80)}"
        self.index.add(Place("document", title, self.pages[document.id]), about)
        for block in blocks(document):
            words = document.text[block.start : block.end].strip()
            if words:
                place = Place("text", name, f"{pages[block.start]}#{addresses.block(block.start)}", words)
                self.index.add(place, (words,))
