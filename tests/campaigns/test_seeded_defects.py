"""Defects of every class, planted at random places of a clean corpus, several at a time: all are found, and no more.

Each defect of a round goes into a document of its own, so that none hides another; which one, in which layer, at which
annotation and with which others is drawn from the round's number.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import pytest
from pydantic import model_validator

from corpus import layers, manifest
from corpus.check import check
from corpus.codes import GENERIC
from corpus.corpus import Corpus
from corpus.store import Store
from schemas import (
    Annotation,
    Claim,
    Document,
    Entity,
    EntityId,
    Extent,
    Finding,
    LabelSchema,
    LayerHeader,
    Ref,
    Rule,
    Severity,
    Status,
)

SHORT, LONG, AT_ONCE = 180, 5_000, 10

ELSEWHERE = {
    "E-DOC-LARGE", "E-LAYER-LARGE",  # take minutes; tests/corpus/test_check.py, test_layers.py
    "E-KNOWN", "E-KNOWN-NEW",  # tests/annotator/test_gate.py
    "W-JOURNAL-AHEAD", "W-JOURNAL-DAMAGED", "E-INTERRUPTED",  # tests/corpus/test_check.py
}  # fmt: skip
"""The codes that are not planted here, because they are about what is no file of a corpus, or are too large."""


class Thing(Annotation):
    """Something."""

    sort: Literal["small", "large"] = "small"
    """How large it is."""
    which: Annotated[str, EntityId(same_as="sort")] | None = None
    """Which one it is."""
    parts: tuple[Annotated[str, Ref("thing")], ...] = ()
    """What belongs to it."""
    aside: Extent | None = None
    """What is said by the way."""
    note: str | None = None
    """What makes the rules fail, in a test of that."""

    @model_validator(mode="after")
    def can_be_asked(self) -> Self:
        if self.note == "breaks the validator":
            raise KeyError(self.note)
        return self


class Mood(Annotation):
    """How it is."""


class PlantSchema(LabelSchema, version="1.2.0", name="plant"):
    """Things and moods."""

    labels = (Thing, Mood)
    entity_kinds: ClassVar[tuple[str, ...]] = ("small", "large")
    rules: ClassVar[tuple[Rule, ...]] = (Rule("P1", Severity.ERROR, "Nothing is forbidden.", "Leave it out."),)

    def check(self, document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
        for annotation in annotations:
            if isinstance(annotation, Thing) and annotation.note == "breaks the rules":
                raise ZeroDivisionError
            if isinstance(annotation, Thing) and annotation.note == "forbidden":
                yield self.rules[0].finding("it is forbidden", annotation=annotation.id)


SCHEMA = PlantSchema()
DOCUMENTS = tuple(f"d{number:02}" for number in range(24))
LAYERS = ("gold", "anna", "rules")
WORDS = 14
FIRST = ("anchor", "second", "mood")
"""What others refer to stands first, and is left alone."""

Fields = dict[str, Any]


def text_of(name: str) -> str:
    words = " ".join(f"{name}word{number}" for number in range(WORDS))
    return f"{words} cafe\u0301\nclosed part {name}\n"


def document_of(name: str, text: str | None = None) -> Document:
    text = text_of(name) if text is None else text
    edge = text.find("closed part")
    zones = [] if edge < 0 else [(0, edge, "body"), (edge, len(text), "furniture")]
    return Document.from_bytes(
        name,
        text.encode("utf-8"),
        source=f"{name}.txt",
        zones=[{"start": start, "end": end, "kind": kind} for start, end, kind in zones],
    )


def annotations_of(layer: str, document: Document) -> Iterator[Annotation]:
    """One on each word: two things and a mood, then things that refer to the first."""
    for number in range(WORDS):
        word = f"{document.id}word{number}"
        name = f"{layer[0]}{document.id}{FIRST[number] if number < len(FIRST) else number}"
        about: Fields = {"id": name, "label": "thing", "text": word, "start": document.text.index(f"{word} ")}
        about["end"] = about["start"] + len(word)
        if number == 2:
            about["label"] = "mood"
        elif number > 2:
            anchors = [f"{layer[0]}{document.id}{each}" for each in FIRST[:2]]
            about |= {"which": "s1", "parts": anchors, "aside": Extent.of(0, 4), "note": "plain"}
        yield SCHEMA.annotation.validate_python(about)
    start = document.text.index("cafe")
    accented = {"id": f"{layer[0]}{document.id}last", "label": "thing", "text": "cafe\u0301", "start": start}
    yield SCHEMA.annotation.validate_python(accented | {"end": start + 5})


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus in which nothing is wrong."""
    folder = tmp_path_factory.mktemp("clean")
    annotators = "".join(f'[annotators.{layer}]\nkind = "person"\n' for layer in LAYERS)
    (folder / "corpus.toml").write_text(
        f'name = "clean"\nschema = "schemas.security:SecuritySchema"\ngold = "gold"\nraw = "raw"\n{annotators}',
        encoding="utf-8",
    )
    (folder / "raw").mkdir()
    store = Store(folder)
    documents = [document_of(name) for name in DOCUMENTS]
    for document in documents:
        (folder / "raw" / f"{document.id}.txt").write_bytes(document.text.encode("utf-8"))
    store.write_documents(documents)
    store.write_entities(
        Entity(id=f"{kind[0]}{number}", kind=kind, name=f"{kind} {number}")
        for kind in SCHEMA.entity_kinds
        for number in range(1, 9)
    )
    store.write_claims(
        Claim.model_validate(
            {
                "id": f"c-{name}",
                "proposition": "It is so.",
                "positions": [{"document": name, "entity": "s1", "annotation": f"g{name}anchor", "stance": "asserts"}],
            }
        )
        for name in DOCUMENTS
    )
    for layer in LAYERS:
        (folder / "layers" / layer).mkdir(parents=True)
        for document in documents:
            header = LayerHeader(
                document=document.id, sha256=document.sha256, schema_id=SCHEMA.id, annotator=layer, status=Status.DONE
            )
            path = folder / "layers" / layer / f"{document.id}.jsonl"
            path.write_bytes(layers.render(header, list(annotations_of(layer, document))))
    return folder


@dataclass
class Place:
    """Where a round plants one defect: a document, a layer, and one of its annotations that nothing refers to."""

    folder: Path
    rng: random.Random
    document: str
    layer: str
    others: Sequence[str]
    """The documents in which the round plants nothing, and that are as the clean corpus has them."""
    touched: dict[Path, bytes | None] = field(default_factory=dict)
    """What the files held before, of the whole round."""

    @property
    def file(self) -> str:
        return f"layers/{self.layer}/{self.document}.jsonl"

    @property
    def prefix(self) -> str:
        return f"{self.layer[0]}{self.document}"

    def read(self, file: str) -> bytes:
        return (self.folder / file).read_bytes()

    def write(self, file: str, data: bytes | None) -> None:
        """Gives a file other bytes, or takes it away; what it held is put back after the round."""
        path = self.folder / file
        self.touched.setdefault(path, path.read_bytes() if path.is_file() else None)
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def lines(self, file: str) -> list[bytes]:
        return self.read(file).split(b"\n")[:-1]

    def write_lines(self, file: str, lines: Sequence[bytes]) -> None:
        self.write(file, b"".join(line + b"\n" for line in lines))

    def draw(self) -> int:
        """The index of the line of one annotation that nothing refers to, and that does not end the file."""
        return self.rng.randrange(1 + len(FIRST), WORDS + 1)

    def line(self, change: Callable[[bytes], bytes], index: int | None = None) -> None:
        """Changes the bytes of one annotation's line."""
        lines = self.lines(self.file)
        index = self.draw() if index is None else index
        lines[index] = change(lines[index])
        self.write_lines(self.file, lines)

    def record(self, change: Callable[[Fields], None], index: int | None = None) -> None:
        """Changes what one annotation says; its line stays canonical."""

        def edited(line: bytes) -> bytes:
            record = json.loads(line)
            change(record)
            return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

        self.line(edited, index)

    def header(self, change: Callable[[Fields], None]) -> None:
        self.record(change, 0)

    def of_document(self, change: Callable[[bytes], bytes]) -> None:
        """Changes the line of the document."""
        lines = self.lines("documents.jsonl")
        (index,) = (index for index, line in enumerate(lines) if line.startswith(f'{{"id":"{self.document}"'.encode()))
        lines[index] = change(lines[index])
        self.write_lines("documents.jsonl", lines)

    def append(self, file: str, line: str) -> None:
        self.write(file, self.read(file) + line.encode("utf-8") + b"\n")

    def new_document(self, text: str) -> None:
        """One more document, whose text has what is to be found."""
        made = document_of(f"new-{self.document}", text)
        self.write(f"raw/{made.id}.txt", text.encode("utf-8"))
        self.append("documents.jsonl", made.model_dump_json())


Plant = Callable[[Place], None]
PLANTS: dict[str, list[Plant]] = {}
"""By code, the ways to plant what it finds."""
ALONE = {"E-MANIFEST", "E-SCHEMA-UNAVAILABLE", "E-GOLD"}
"""What keeps the check from looking at the rest, or from believing it, goes in alone."""


def plants(code: str, *ways: Plant) -> None:
    PLANTS.setdefault(code, []).extend(ways)


def put(**fields: Any) -> Plant:
    """Gives one annotation other values."""
    return lambda place: place.record(lambda record: record.update(fields))


def inside(old: bytes, new: bytes) -> Plant:
    """Puts bytes in the place of others in one annotation's line."""
    return lambda place: place.line(lambda line: line.replace(old, new, 1))


def last(addition: bytes) -> Plant:
    return inside(b'"note":"plain"}', b'"note":"plain",' + addition + b"}")


def whole(change: Callable[[bytes], bytes]) -> Plant:
    """Changes the bytes of a layer's file."""
    return lambda place: place.write(place.file, change(place.read(place.file)))


def before(line: bytes) -> Plant:
    """Puts a line before one annotation's."""
    return lambda place: place.line(lambda other: line + b"\n" + other)


def swap(place: Place) -> None:
    lines, index = place.lines(place.file), place.draw()
    lines[index - 1], lines[index] = lines[index], lines[index - 1]
    place.write_lines(place.file, lines)


def far(record: Fields) -> None:
    record["end"] = 99_999


def far_aside(record: Fields) -> None:
    record["aside"] = [[0, 99_999]]


def capitals(record: Fields) -> None:
    record["text"] = record["text"].upper()


def closed_aside(place: Place) -> None:
    start = text_of(place.document).index("closed part")
    place.record(lambda record: record.update(aside=[[start, start + 6]]))


def split_character(record: Fields) -> None:
    record["text"], record["end"] = record["text"][:-1], record["end"] - 1


def blank(record: Fields) -> None:
    record["text"], record["start"] = " " + record["text"], record["start"] - 1


def blank_aside(record: Fields) -> None:
    record["aside"] = [[0, len("d00word0 ")]]


def fragments(record: Fields) -> None:
    start, end = record["start"], record["end"]
    rest = {key: record.pop(key) for key in list(record)[4:]}
    record.update({"fragments": [[start, end - 2], [start + 1, end]], **rest})


def twin(place: Place) -> None:
    def doubled(line: bytes) -> bytes:
        name = json.loads(line)["id"]
        return line + b"\n" + line.replace(f'"{name}"'.encode(), f'"{name}x"'.encode(), 1)

    place.line(doubled)


def id_of_neighbour(place: Place) -> None:
    lines, index = place.lines(place.file), place.draw()
    other = json.loads(lines[index - 1 if index > len(FIRST) + 1 else index + 1])["id"]
    place.record(lambda record: record.update(id=other), index)


def id_of_another_document(place: Place) -> None:
    other = place.rng.choice(place.others)
    place.record(lambda record: record.update(id=f"{place.layer[0]}{other}anchor"))


def refers(*names: str) -> Plant:
    return lambda place: place.record(lambda record: record.update(parts=[f"{place.prefix}{name}" for name in names]))


def refers_to_itself(record: Fields) -> None:
    record["parts"] = [record["id"]]


def linked(place: Place) -> None:
    path = place.folder / place.file
    place.write(place.file, None)
    path.symlink_to(place.folder / "raw" / f"{place.document}.txt")


def folder_instead(place: Place) -> None:
    place.write(place.file, None)
    (place.folder / place.file).mkdir()


def stray(name: str) -> Plant:
    return lambda place: place.write(f"layers/{name.format(place.layer, place.document)}", b"")


def once_more(file: str, begins: str) -> Plant:
    """Puts the line of a record there twice."""

    def plant(place: Place) -> None:
        wanted = begins.format(place.document, place.rng.randrange(2, 9)).encode()
        lines = place.lines(file)
        (line,) = (line for line in lines if line.startswith(wanted))
        place.write_lines(file, [*lines, line])

    return plant


def other_digest(record: Fields) -> None:
    record["sha256"] = record["sha256"][::-1]


def of_claim(old: str, new: str) -> Plant:
    def plant(place: Place) -> None:
        lines = place.lines("claims.jsonl")
        start = f'{{"id":"c-{place.document}"'.encode()
        old_bytes, new_bytes = (each.format(place.document).encode() for each in (old, new))
        changed = [line.replace(old_bytes, new_bytes) if line.startswith(start) else line for line in lines]
        assert changed != lines
        place.write_lines("claims.jsonl", changed)

    return plant


def in_manifest(change: Callable[[bytes], bytes]) -> Plant:
    return lambda place: place.write("corpus.toml", change(place.read("corpus.toml")))


def record_of(change: Callable[[bytes], bytes]) -> Plant:
    return lambda place: place.of_document(change)


plants("E-UTF8", inside(b'"text":"', b'"text":"\xff'), inside(b'"note":"', b'"note":"\xed\xa0\x80'))
plants("E-BOM", whole(lambda data: b"\xef\xbb\xbf" + data))
plants("W-CRLF", lambda place: place.line(lambda line: line + b"\r"))
plants("E-LINE-BLANK", before(b""), before(b" \t "), whole(lambda data: data + b"\n"))
plants("E-LINE-TORN", whole(lambda data: data[:-1]))
plants("E-LINE-LONG", before(b"x" * (1 << 20) + b"x"))
plants(
    "E-MERGE-MARKER", before(b"<<<<<<< HEAD"), before(b"======="), before(b">>>>>>> theirs"), before(b"||||||| base")
)
plants(
    "E-JSON",
    lambda place: place.line(lambda line: line[: place.rng.randrange(1, len(line))]),
    before(b"[]"),
    before(b"null"),
)
plants(
    "E-JSON-CONTROL", inside(b'"text":"', b'"text":"\x1b[31m'), inside(b"{", b"{\0"), inside(b'"note":"', b'"note":"\t')
)
plants("E-SURROGATE", last(b'"x":"\\ud83d"'), inside(b'"note":"', b'"note":"\\uDFFF'))
plants("E-JSON-DEPTH", last(b'"x":' + b"[" * 33 + b"]" * 33), before(b'{"a":' * 9_000 + b"0"))
plants("E-JSON-DUPKEY", inside(b'"note"', b'"note":"plain","note"'), inside(b'"sort"', b'"\\u0073ort":"large","sort"'))
plants(
    "E-NUMBER", last(b'"score":1e999'), last(b'"score":NaN'), last(b'"score":-Infinity'), last(b'"x":' + b"9" * 5000)
)
plants("W-CANONICAL", inside(b":", b": "), inside(b'"plain"', b'"pl\\u0061in"'))
plants("W-ORDER", swap)
plants(
    "E-MANIFEST",
    in_manifest(lambda data: data + b"name ="),
    in_manifest(lambda data: data + b"\xff"),
    in_manifest(lambda _: b""),
)
plants("E-SCHEMA-UNAVAILABLE", in_manifest(lambda data: data.replace(b"SecuritySchema", b"NoSchema")))
plants("E-RULE", put(note="breaks the validator"), put(note="breaks the rules"))
plants("E-NAME", stray("{0}/r\u00fc{1}.jsonl"), stray("{0}/CON.{1}.jsonl"), stray("{0}/{1}..jsonl"))
plants("W-STRAY", stray("{1}.txt"), stray("{0}/{1}.jsonl.orig"))
plants("E-READ", folder_instead)
plants("E-PATH-SYMLINK", linked)
plants(
    "E-RECORD",
    record_of(lambda line: line.replace(b'"title":null', b'"title":7')),
    record_of(lambda line: line.replace(b'"source"', b'"sources"')),
    lambda place: place.append("entities.jsonl", f'{{"id":"x{place.document}","kind":"small"}}'),
    lambda place: place.append("claims.jsonl", f'{{"id":"../{place.document}","proposition":"p"}}'),
)
plants("E-DOC-DUP", once_more("documents.jsonl", '{{"id":"{0}"'))
plants("E-DOC-HASH", record_of(lambda line: line.replace(b"closed part", b"closed parT")))
plants("E-DOC-ZONES", record_of(lambda line: line.replace(b'"zones":[{"start":0', b'"zones":[{"start":1')))
plants("W-DOC-BOM", lambda place: place.new_document("\ufeffIt begins with a mark.\n"))
plants("W-BIDI", lambda place: place.new_document("It ends \u202ewith a secret.\n"))
plants(
    "E-DOC-RAW",
    lambda place: place.write(f"raw/{place.document}.txt", b"Something else.\n"),
    lambda place: place.write(f"raw/{place.document}.txt", None),
    record_of(lambda line: line.replace(b'"source":"', b'"source":"../raw/')),
)
plants("E-ENTITY-DUP", once_more("entities.jsonl", '{{"id":"s{1}"'))
plants(
    "E-ENTITY-RECORD-KIND",
    lambda place: place.append("entities.jsonl", f'{{"id":"x{place.document}","kind":"huge","name":"x"}}'),
)
plants("E-CLAIM-DUP", once_more("claims.jsonl", '{{"id":"c-{0}"'))
plants(
    "E-CLAIM-REF",
    of_claim('"document":"{0}"', '"document":"nowhere"'),
    of_claim('"s1"', '"s99"'),
    of_claim('"g{0}anchor"', '"g{0}x"'),
)
plants("E-GOLD", in_manifest(lambda data: data.replace(b'gold = "gold"', b'gold = "silver"')))
plants(
    "E-HEADER",
    lambda place: place.header(lambda record: record.update(status="over")),
    whole(lambda _: b""),
    whole(lambda data: data.split(b"\n", 1)[1]),
)
plants(
    "E-HEADER-DOCUMENT",
    lambda place: place.header(lambda record: record.update(document="d00" if place.document != "d00" else "d01")),
)
plants("E-HEADER-HASH", lambda place: place.header(other_digest))
plants(
    "E-HEADER-SCHEMA",
    lambda place: place.header(lambda record: record.update(schema=place.rng.choice(["plant@1.1.9", "other@1.2.0"]))),
)
plants(
    "E-SCHEMA-NEWER",
    lambda place: place.header(lambda record: record.update(schema=place.rng.choice(["plant@1.2.1", "plant@10.0.0"]))),
)
plants("E-HEADER-ANNOTATOR", lambda place: place.header(lambda record: record.update(annotator="nobody")))
plants("I-LAYER-OPEN", lambda place: place.header(lambda record: record.update(status="open")))
plants(
    "E-ANNOTATION",
    put(sort="huge"),
    put(start=-1),
    put(which=7),
    put(end="9"),
    put(parts="x"),
    put(colour="red"),
    put(id="a b"),
    put(start=2**31),
)
plants("E-LABEL", put(label="thingy"), put(label=None))
plants(
    "E-EXTENT-EMPTY", lambda place: place.record(lambda record: record.update(end=record["start"])), put(aside=[[4, 2]])
)
plants(
    "E-EXTENT-FRAGMENTS",
    lambda place: place.record(fragments),
    put(aside=[[4, 6], [0, 2]]),
    put(aside=[[0, 2], [2, 4]]),
)
plants("E-ID-DUP", id_of_neighbour, id_of_another_document)
plants("E-CONFLICT", lambda place: place.record(lambda record: record.update(id=record["id"] + "--other-abcdef")))
plants("W-ROW-DUP", lambda place: place.line(lambda line: line + b"\n" + line))
plants("E-EXTENT-RANGE", lambda place: place.record(far), lambda place: place.record(far_aside))
plants("W-EXTENT-BLANK", lambda place: place.record(blank), lambda place: place.record(blank_aside))
plants("E-TEXT", lambda place: place.record(capitals))
plants("E-ZONE", closed_aside)
plants("E-EXTENT-DUP", twin)
plants("E-REF", put(parts=["zz"]))
plants("E-REF-LABEL", refers("mood"))
plants("E-REF-SELF", lambda place: place.record(refers_to_itself))
plants("W-REF-DUP", refers("anchor", "anchor"), refers("anchor", "second", "anchor"))
plants("E-ENTITY", put(which="s99"))
plants("E-ENTITY-KIND", put(which="l1"), put(sort="large"))
plants("W-CLUSTER", lambda place: place.record(split_character, WORDS + 1))

ALSO = {
    "E-HEADER": {"E-CLAIM-REF"},  # a file of the gold layer that is empty
    "E-NAME": {"E-HEADER"},  # it is put there without content
}
"""What cannot but be found with it, at the same place."""


@dataclass
class Outcome:
    """What a number of rounds came to."""

    rounds: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)


def concerns(finding: Finding, place: Place) -> bool:
    """Whether a finding is about the place where a defect was planted."""
    named = (finding.document, finding.file or "", finding.message)
    return any(place.document in (each or "") for each in named) or finding.file in ("entities.jsonl", "corpus.toml")


def campaign(clean: Path, rounds: int, first: int = 0) -> Outcome:
    outcome = Outcome()
    corpus = Corpus(clean, manifest.read(clean), SCHEMA)
    assert list(check(corpus)) == []
    for number in range(first, first + rounds):
        rng = random.Random(number)
        alone = number % 20 == 0
        chosen = (
            [sorted(ALONE)[number // 20 % len(ALONE)]] if alone else rng.sample(sorted(PLANTS.keys() - ALONE), AT_ONCE)
        )
        places: list[tuple[str, Place]] = []
        touched: dict[Path, bytes | None] = {}
        try:
            documents = rng.sample(DOCUMENTS, len(chosen))
            others = [name for name in DOCUMENTS if name not in documents]
            for code, document in zip(chosen, documents, strict=True):
                place = Place(clean, rng, document, rng.choice(LAYERS), others, touched)
                rng.choice(PLANTS[code])(place)
                places.append((code, place))
            # What corpus.toml says is read anew only where the corpus is not open yet.
            judge(outcome, number, places, list(check(clean if alone else corpus)))
        finally:
            restore(touched)
        outcome.rounds += 1
    assert list(check(corpus)) == []
    return outcome


def judge(outcome: Outcome, number: int, places: Sequence[tuple[str, Place]], findings: Sequence[Finding]) -> None:
    """Counts what was found of what was planted, and what was found and not planted."""
    for code, place in places:
        outcome.planted[code] += 1
        if not any(finding.code == code and concerns(finding, place) for finding in findings):
            outcome.missed.append(f"round {number}: {code} in {place.file}")
    for finding in findings:
        if places[0][0] == "E-GOLD":
            continue
        if not any(finding.code in {code, *ALSO.get(code, ())} and concerns(finding, place) for code, place in places):
            outcome.false_alarms.append(f"round {number}: {finding}; planted: {[code for code, _ in places]}")


def restore(touched: dict[Path, bytes | None]) -> None:
    for path, data in touched.items():
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
        if data is not None:
            path.write_bytes(data)


def test_defects_are_planted_of_every_class_that_the_check_finds() -> None:
    assert PLANTS.keys() | ELSEWHERE == GENERIC.keys()
    assert not PLANTS.keys() & ELSEWHERE


@pytest.mark.parametrize(
    ("rounds", "first"),
    [
        (SHORT, 0),
        pytest.param(int(os.environ.get("ANNOTATOR_SOAK_SEEDED", LONG)), SHORT, marks=pytest.mark.soak),
    ],
    ids=["short", "long"],
)
def test_defects_are_all_found_and_nothing_else_is(
    clean: Path, rounds: int, first: int, record_property: Callable[[str, object], None]
) -> None:
    outcome = campaign(clean, rounds, first)

    record_property(
        "campaign",
        f"seeded defects: {outcome.rounds:,} rounds, {outcome.planted.total():,} defects of "
        f"{len(outcome.planted)} classes planted, {len(outcome.missed)} missed, "
        f"{len(outcome.false_alarms)} false alarms",
    )
    assert outcome.missed == []
    assert outcome.false_alarms == []
    assert outcome.planted.keys() == PLANTS.keys()
