"""A corpus that is hard to publish: names that collide, choices that YAML retypes, titles that would be markup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import modules, trust
from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.manifest import load_schema
from corpus.report.site import build
from corpus.store import Store
from schemas import Claim, Document, Entity, LayerHeader, Status

HOSTILE_WORDS = (
    "no", "yes", "on", "off", "y", "null", "~", "0x10", "0o17", "010", "1_000", "12:30:00", "1e3", "1.5", ".inf",
    ".NaN", "2024-01-01", "<<", "=", "- a", "a: b", "#c", "---", "...", "x\ny", "a\u2028b", "\x85", "\x1b[31m", "'",
    '"', "`|`", "", " pad ", "{a}", "[a]", "&a", "*a", "!a", "%a", "@a", "é", "👍", "\ufeff", "\u202e", "</td><script>",
)  # fmt: skip
"""Names of choices that a YAML reader would retype, a Markdown reader would take for markup, a terminal would obey."""

HOSTILE_SCHEMA = f'''\
"""Labels and fields whose names and values collide with what every table has."""

import datetime
from enum import Enum
from typing import Annotated, ClassVar, Literal

from pydantic import computed_field

from schemas import Annotation, EntityId, Extent, LabelSchema, Ref


class Grade(Enum):
    """A closed list of numbers that are in no order."""

    HIGH = 7
    LOW = -1


class Tokens(Annotation):
    """Its table cannot be called as it is | <b>and this is no markup</b>."""

    document: str | None = None
    site: Extent | None = None
    site_text: str = "mine"
    places: tuple[Extent, ...] = ()
    word: Literal{list(HOSTILE_WORDS)!r} = "no"
    words: tuple[Literal["no", "1e3"], ...] | None = None
    grade: Grade = Grade.LOW
    rank: Literal[3, 1, 2] | None = None
    no: bool | None = None
    days: tuple[datetime.date, ...] = ()
    day: datetime.date | None = None
    count: int = 0
    counts: tuple[int, ...] = ()
    share: float | None = None
    shares: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    who: tuple[Annotated[str, EntityId()], ...] = ()
    other: Annotated[str, Ref()] | None = None

    @computed_field
    def first(self) -> Extent | None:
        """The first of the places."""
        return self.places[0] if self.places else None


class Tokens2(Annotation, label="tokens_"):
    """Called as the one before is then called."""

    status: Literal["open"] = "open"
    tokens: tuple[Annotated[str, Ref("tokens")], ...] = ()


class Default(Annotation):
    """The name of a configuration that would be the default."""


class Status(Annotation):
    """The name of a column of the table of layers."""

    text_of: str | None = None


class HostileSchema(LabelSchema, version="0.0.1"):
    """Names that collide."""

    labels = (Tokens, Tokens2, Default, Status)
'''

HOSTILE_TITLE = 'x\n---\nlicense: mit\n---\n# <script>alert(1)</script> | `a` \x1b[31m\u202e "no"'

_TEXT = "\ufeffA 👩\u200d👩\u200d👧 said\r\nno, no\u2028and cafe\u0301.\n\n \nA second 段落 [x](javascript:1) here\n"


@pytest.fixture(scope="session")
def hostile_writer() -> Callable[[Path], Path]:
    """Writes that corpus into a folder, with a gold layer that is done and one of another annotator that is open."""

    def write(folder: Path) -> Path:
        folder.mkdir(parents=True)
        (folder / "collide.py").write_text(HOSTILE_SCHEMA, encoding="utf-8")
        title = '"' + "".join(f"\\U{ord(character):08x}" for character in HOSTILE_TITLE) + '"'
        (folder / "corpus.toml").write_text(
            'name = "hostile"\nschema = "collide:HostileSchema"\ngold = "gold"\nlicence = "X-Odd 1.0"\n'
            f'title = {title}\ntext_licence = {title}\nlanguage = "en-GB"\n'
            f'[annotators.anna]\nkind = "model"\nprovenance = {title}\n[annotators.ben]\nkind = "person"\n',
            encoding="utf-8",
        )
        (folder / "README.md").write_text("# The title\r\n\r\n---\nlicense: mit\n---\nA statement.\n", encoding="utf-8")
        module = modules.beside("collide", folder)
        assert module is not None
        trust.remember("collide:HostileSchema", module)
        store, schema = Store(folder), load_schema("collide:HostileSchema", folder)
        document = Document.from_bytes(
            "d.1", _TEXT.encode("utf-8"), title=HOSTILE_TITLE, publisher="no", date="2024-02-29", language="ur"
        )
        empty = Document.from_bytes("d2", b"Nothing here.\n")
        store.write_documents([document, empty])
        store.write_entities([Entity(id="no", kind="1e3", name="0x10", aliases=("null", "~"), note=HOSTILE_TITLE)])
        position = {"document": "d.1", "stance": "denies", "annotation": "t1", "entity": "no", "note": "1_000"}
        store.write_claims([Claim.model_validate({"id": "c", "proposition": "no", "positions": [position]})])
        records = _records(document.text)
        for layer, annotator, status in (("gold", "anna", Status.DONE), ("ben", "ben", Status.OPEN)):
            for each in (document, empty):
                header = LayerHeader(
                    document=each.id, sha256=each.sha256, schema_id=schema.id, annotator=annotator, status=status
                )
                made = [schema.annotation.validate_python(record) for record in records if each is document]
                store.write_layer(LayerFile(layer, header, tuple(made)))
        return folder

    return write


def _records(text: str) -> list[dict[str, object]]:
    def place(start: int, end: int) -> dict[str, object]:
        return {"start": start, "end": end, "text": text[start:end]}

    family = text.index("👩")
    said, cafe = text.index("said"), text.index("cafe")
    second = text.index("段")
    everything: dict[str, object] = {
        "document": "not the document", "site": [[0, 2], [cafe, cafe + 5]], "site_text": "no", "words": ["1e3", "no"],
        "places": [[[said, said + 4]], [[family, family + 5], [second, second + 2]]], "grade": 7, "rank": 1,
        "no": False, "days": ["0001-01-01", "9999-12-31"], "day": "2024-02-29", "count": -(2**63),
        "counts": [2**63 - 1, 0], "share": -0.0, "shares": [1e308, 5e-324, 0.1],
        "notes": ["", "null", HOSTILE_TITLE], "who": ["no", "no"],
        "other": "u1", "score": 0.0, "settled": {"how": "edited", "layers": ["ben", "gold"]},
    }  # fmt: skip
    fragments = [[said, said + 4], [cafe, cafe + 5]]
    words = {"text": f"{text[said : said + 4]} {text[cafe : cafe + 5]}", "start": said, "end": cafe + 5}
    records = [
        {"id": "t1", "label": "tokens", **place(family, family + 5), **everything},
        {"id": "t2", "label": "tokens", **words, "fragments": fragments},
        {"id": "u1", "label": "tokens_", **place(said, said + 4), "tokens": ["t1", "t2"]},
        {"id": "u2", "label": "default", **place(second, second + 2)},
        {"id": "u3", "label": "status", **place(said, said + 4), "text_of": "open"},
    ]
    for number, word in enumerate(HOSTILE_WORDS):
        records.append({"id": f"w{number}", "label": "tokens", **place(number, number + 1), "word": word})
    return records


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory, hostile_writer: Callable[[Path], Path]) -> Path:
    """The folder of that corpus's report."""
    folder = tmp_path_factory.mktemp("hostile")
    return build(Corpus.open(hostile_writer(folder / "corpus")), folder / "site").first.parent


@pytest.fixture(scope="session")
def plain_site(tmp_path_factory: pytest.TempPathFactory, sample_writer: Callable[[Path, str], Path]) -> Path:
    """The folder of the report of a corpus that means no harm."""
    folder = tmp_path_factory.mktemp("plain")
    return build(Corpus.open(sample_writer(folder / "corpus", "security")), folder / "site").first.parent
