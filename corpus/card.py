"""A dataset's card, README.md: the head for machines, then what people must know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.card_head import LICENCE_FILE, head_text
from corpus.citation import CITATION_FILE
from corpus.columns import EXTENT, Column, ListOf, Struct, class_names, shown_type
from corpus.consistency import consistency_lines
from corpus.facts import Facts
from corpus.markdown import code, literal, prose, table
from corpus.tables import DOCUMENTS


def card(facts: Facts) -> str:
    """The text of README.md."""
    return f"---\n{head_text(facts)}---\n\n" + "\n".join(_body(facts))


def licence_note(facts: Facts) -> str:
    """The text of the file LICENSE: what holds for the annotations, and what for the texts."""
    about = facts.manifest
    annotations = about.licence or "No licence is stated; ask the corpus's authors."
    texts = about.text_licence or "As for the annotations."
    if facts.standoff:
        texts += " They are not part of this dataset."
    return (
        f"{about.title or about.name}, version {about.version}\n\n"
        f"Annotations (labels, offsets, entities, claims, zones): {annotations}\n\n"
        f"Texts, wherever their words are repeated: {texts}\n"
    )


def _body(facts: Facts) -> Iterator[str]:
    about = facts.manifest
    yield f"# {literal(about.title or about.name)}"
    yield ""
    layer = f", layer {code(facts.layer)}" if facts.layer else ""
    yield (
        f"Version {about.version} of the corpus {code(about.name)}, labelled by the schema {code(facts.schema.id)}"
        f"{layer}: {facts.tally.documents:,} documents, {facts.tally.annotations.total():,} annotations."
    )
    yield ""
    if facts.draft:
        yield (
            f"> **A draft.** {facts.tally.done:,} of {facts.tally.documents:,} documents are done, and faults that the "
            "check finds may be among the annotations. Do not measure anything with it."
        )
        yield ""
    yield from _statement(facts.statement)
    yield from _annotators(facts)
    yield from _use(facts)
    yield from _counts(facts)
    yield from consistency_lines(facts.consistency)
    yield from _tables(facts)
    yield "## Citation"
    yield ""
    yield f"{literal(facts.citation.sentence(about.version))} See [{CITATION_FILE}]({CITATION_FILE})."
    yield ""
    yield "## Licence"
    yield ""
    yield f"- Annotations: {literal(about.licence or 'no licence is stated')}."
    yield f"- Texts: {literal(about.text_licence or 'as for the annotations')}."
    yield ""
    yield f"See [{LICENCE_FILE}]({LICENCE_FILE})."
    yield ""


def _statement(statement: str | None) -> Iterator[str]:
    """The corpus's own README without its title, which the card has already."""
    if statement and statement.strip():
        title, _, rest = statement.strip().partition("\n")
        yield rest.strip() if title.startswith("# ") else statement.strip()
        yield ""


def _annotators(facts: Facts) -> Iterator[str]:
    declared = facts.manifest.annotators
    made = facts.tally.annotators
    yield "## Annotators"
    yield ""
    if not made:
        yield "Nobody has annotated it yet."
    else:
        rows = (
            (
                code(name),
                declared[name].kind if name in declared else "not declared",
                f"{made[name]:,}",
                literal((declared[name].provenance if name in declared else None) or ""),
            )
            for name in sorted(made)
        )
        yield from table(("annotator", "kind", "documents", "provenance"), rows)
    yield ""


def _use(facts: Facts) -> Iterator[str]:
    other = next((each.name for each in facts.tables if each.name != DOCUMENTS), DOCUMENTS)
    yield "## How to load it"
    yield ""
    yield "```python"
    if facts.standoff:
        yield "import corpus"
    yield "from datasets import load_dataset"
    yield ""
    yield 'path = "."  # this folder, or the name of its repository'
    yield 'documents = load_dataset(path, split="train")'
    yield f'rows = load_dataset(path, "{other}", split="train")'
    if facts.standoff:
        yield ""
        yield 'full = corpus.hydrate(path, "raw")  # of a folder, with the words put back from the raw files'
    yield "```"
    yield ""
    if facts.standoff:
        yield (
            "**The texts are not in it.** Every column that would hold words of a text holds their place and their "
            "SHA-256 instead. Whoever has the raw files puts the words back, and every digest is verified: "
            "`annotator hydrate DATASET RAW OUT`, or `corpus.hydrate` in Python. The digest of a short word can be "
            "guessed. Names of entities, propositions, and what annotators wrote in words of their own are kept."
        )
        yield ""
    yield (
        "Offsets count Unicode code points from the start of the document's text, and pairs of them are half-open, so "
        "`text[start:end]` in Python is what an annotation covers. A class label is stored as a number; "
        "`dataset.features[column].int2str(number)` gives its name. There is one split, `train`: whoever needs others "
        "divides by document."
    )
    yield ""


def _counts(facts: Facts) -> Iterator[str]:
    tally = facts.tally
    yield "## Labels"
    yield ""
    rows = (
        (code(spec.name), f"{tally.annotations[spec.name]:,}", f"{tally.in_documents[spec.name]:,}", prose(spec.help))
        for spec in facts.schema.specs
    )
    yield from table(("label", "annotations", "documents", "what it is"), rows)
    yield ""


def _tables(facts: Facts) -> Iterator[str]:
    yield "## Configurations"
    yield ""
    rows = ((code(each.name), f"{each.rows:,}", prose(each.help)) for each in facts.tables)
    yield from table(("configuration", "rows", "what a row is"), rows)
    yield ""
    if facts.left_out:
        yield f"Left out, since they have no rows: {', '.join(code(name) for name in facts.left_out)}."
        yield ""
    for each in facts.tables:
        yield f"### {code(each.name)}"
        yield ""
        yield from table(("column", "type", "null", "what it holds"), _columns(each.columns))
        yield ""


def _columns(columns: Iterable[Column], before: str = "") -> Iterator[tuple[str, ...]]:
    """The rows of a list of columns; what a struct holds follows it."""
    for column in columns:
        name = before + column.name
        names = class_names(column.type)
        closed = f" {', '.join(code(each) for each in names)}." if names else ""
        null = "yes" if column.nullable else ""
        yield code(name), code(shown_type(column.type)), null, prose(column.help) + closed
        if column.type != EXTENT:
            inner = column.type.of if isinstance(column.type, ListOf) else column.type
            if isinstance(inner, Struct):
                yield from _columns(inner.columns, f"{name}.")
