"""The pages of a report as files: where they lead, what they load, what in them is text, and that they are whole."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from corpus.corpus import Corpus
from corpus.errors import InputRefused, OutputRefused
from corpus.layers import LayerFile
from corpus.report.press import POLICY, coded
from corpus.report.site import build
from corpus.stand_ins import visible
from corpus.store import Store
from schemas import Document, LayerHeader, Status

VOID = {"meta", "link", "input", "img"}
LIMIT = 500_000
"""Bytes that a page may have."""


@dataclass
class Element:
    """An element with its attributes and all the text in it."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self) -> Iterator[Element]:
        """It and everything in it."""
        yield self
        for child in self.children:
            yield from child.all()

    def of(self, tag: str, **attributes: str) -> list[Element]:
        """Everything in it with this tag and these attributes."""
        return [
            each
            for each in self.all()
            if each.tag == tag and all(each.attributes.get(name) == value for name, value in attributes.items())
        ]

    def classed(self, name: str) -> list[Element]:
        """Everything in it of a class."""
        return [each for each in self.all() if name in each.attributes.get("class", "").split()]


class Reader(HTMLParser):
    """Reads a page, and refuses one in which elements are not closed in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read(path: Path) -> Element:
    """A page as its elements."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


def pages(site: Path) -> dict[str, Element]:
    """Every page of a site, by its path."""
    return {path.relative_to(site).as_posix(): read(path) for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="session", params=["plain", "hostile"])
def site(request: pytest.FixtureRequest) -> Path:
    """The report of either corpus."""
    folder = request.getfixturevalue(f"{request.param}_site")
    assert isinstance(folder, Path)
    return folder


@pytest.fixture(scope="session")
def read_pages(site: Path) -> dict[str, Element]:
    """Its pages."""
    return pages(site)


def own_corpus(folder: Path, documents: list[Document], **layers: Mapping[str, list[dict[str, object]]]) -> Corpus:
    """A corpus of the bundled schema without entities and claims; `layers` has annotations by layer and document."""
    folder.mkdir(parents=True)
    (folder / "corpus.toml").write_text(
        'name = "own"\nschema = "schemas.security:SecuritySchema"\n[annotators.anna]\nkind = "person"\n', "utf-8"
    )
    Store(folder).write_documents(documents)
    corpus = Corpus.open(folder)
    for layer, said in layers.items():
        for name, records in said.items():
            header = LayerHeader(
                document=name,
                sha256=corpus.document(name).sha256,
                schema_id=corpus.schema.id,
                annotator="anna",
                status=Status.DONE,
            )
            text = corpus.document(name).text
            made = [
                corpus.schema.annotation.validate_python(
                    {"label": "measure", "type": "other", "status": "announced"}
                    | {"text": text[int(str(each["start"])) : int(str(each["end"]))]}
                    | each
                )
                for each in records
            ]
            corpus.store.write_layer(LayerFile(layer, header, tuple(made)))
    return Corpus.open(folder)


def digests(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


# Where pages lead, and what they load


def test_report_every_address_leads_to_something(site: Path, read_pages: dict[str, Element]) -> None:
    anchors = {name: {each.attributes.get("id") for each in page.all()} for name, page in read_pages.items()}
    missing = []
    for name, page in read_pages.items():
        for element in page.all():
            for attribute in ("href", "src", "action"):
                if attribute not in element.attributes:
                    continue
                path, anchor = urldefrag(element.attributes[attribute])
                target = Path(os.path.normpath((site / name).parent / path)) if path else site / name
                within = target.relative_to(site).as_posix()
                if not target.is_file() or (anchor and anchor not in anchors[within]):
                    missing.append((name, element.attributes[attribute]))

    assert missing == []


def test_report_loads_nothing_from_outside(site: Path, read_pages: dict[str, Element]) -> None:
    for page in read_pages.values():
        for element in page.all():
            for attribute in ("href", "src", "action", "srcset", "data", "poster", "formaction", "xlink:href"):
                assert ":" not in element.attributes.get(attribute, "")
                assert not element.attributes.get(attribute, "").startswith("//")
    for file in (site / "static").iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text
        assert "@import" not in text


def test_report_every_page_has_the_policy_before_anything_is_loaded(read_pages: dict[str, Element]) -> None:
    for page in read_pages.values():
        (head,) = page.of("head")
        tags = [each.tag for each in head.children]
        (policy,) = page.of("meta", **{"http-equiv": "Content-Security-Policy"})
        assert policy.attributes["content"] == POLICY
        assert head.children.index(policy) < min(tags.index(tag) for tag in ("link", "title"))
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


def test_report_has_no_script_and_no_style_in_a_page(read_pages: dict[str, Element]) -> None:
    for page in read_pages.values():
        assert page.of("style") == []
        assert all(script.text == "" and script.attributes["src"] for script in page.of("script"))
        for element in page.all():
            assert not any(name == "style" or name.startswith("on") for name in element.attributes)


# What stays text


def test_report_of_hostile_words_has_the_elements_of_any_other(plain_site: Path, hostile_site: Path) -> None:
    def known(site: Path) -> set[tuple[str, str]]:
        found = {(each.tag, name) for page in pages(site).values() for each in page.all() for name in each.attributes}
        return found | {(each.tag, "") for page in pages(site).values() for each in page.all()}

    assert known(hostile_site) - known(plain_site) <= {
        ("dd", ""), ("details", ""), ("p", "class"), ("a", "data-p"), ("h3", ""), ("time", ""), ("time", "datetime"),
        ("ul", "class"), ("section", "id"),
    }  # fmt: skip


def test_report_shows_no_character_that_reorders_or_commands(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in {".html", ".js", ".svg"}:
            text = path.read_text(encoding="utf-8")
            unsafe = {
                each for each in text if unicodedata.category(each) in {"Cc", "Cs"} or each in "\u202e\u2028\ufeff"
            }
            assert unsafe <= {"\n", "\t"}, path


def test_report_writes_scripts_of_strangers_as_text(hostile_site: Path) -> None:
    overview = read(hostile_site / "index.html")

    assert "<script>alert(1)</script>" in overview.text
    assert all(script.attributes["src"].startswith("static/") for script in overview.of("script"))


# Texts and annotations


def test_report_draws_every_text_letter_by_letter(
    tmp_path: Path, hostile_site: Path, hostile_writer: Callable[[Path], Path]
) -> None:
    for document in Corpus.open(hostile_writer(tmp_path / "corpus")).documents.values():
        page = read(hostile_site / "documents" / document.id / "in-gold.html")
        (drawn,) = page.classed("drawn")
        assert "".join(block.text for block in drawn.classed("b")) == visible(document.text)


def test_report_draws_every_annotation_over_its_words(
    tmp_path: Path, hostile_site: Path, hostile_writer: Callable[[Path], Path]
) -> None:
    corpus = Corpus.open(hostile_writer(tmp_path / "corpus"))
    page = read(hostile_site / "documents" / "d.1" / "in-gold.html")
    (drawn,) = page.classed("drawn")
    found: Counter[str] = Counter()
    words: dict[str, str] = {}
    for mark in drawn.classed("m"):
        if "data-p" not in mark.attributes:
            name = mark.attributes["data-a"]
            words[name] = words.get(name, "") + mark.text
            found[name] += mark.attributes.get("id") == f"a-{name}"

    annotations = corpus.layer("gold")["d.1"].annotations
    text = corpus.document("d.1").text
    assert words == {each.id: visible("".join(text[start:end] for start, end in each.extent)) for each in annotations}
    assert set(found.values()) == {1}


def test_report_lists_fields_with_what_they_lead_to(plain_site: Path) -> None:
    page = read(plain_site / "documents" / "d1" / "in-gold.html")

    (entry,) = [each for each in page.of("li") if each.attributes.get("id") == "d-r1"]
    rows = {each.of("dt")[0].text: [value.text for value in each.of("dd")] for each in entry.of("div")}
    (to,) = entry.of("a", **{"class": "to"})
    assert rows["content"] == ["the closure of camps"]
    assert rows["speakers"] == ["India"]
    assert (to.attributes["href"], to.attributes["data-to"]) == ("#a-a1", "a1")
    (other,) = [each for each in page.of("li") if each.attributes.get("id") == "d-a1"]
    assert {each.attributes["data-to"] for each in other.of("a", **{"class": "back"})} == {"r1", "c1"}


def test_report_leads_from_an_entity_to_its_mentions(plain_site: Path) -> None:
    page = read(plain_site / "entities" / "one.html")

    links = [each for each in page.of("a") if "../documents/" in each.attributes["href"]]
    assert [(each.text, each.attributes["href"]) for each in links] == [
        ("India", "../documents/d1/in-gold.html#a-a1"),
        ("India", "../documents/d1/in-gold.html#a-a2"),
    ]
    assert "It is so." in page.text


def test_report_shows_who_holds_a_claim_and_in_which_words(plain_site: Path) -> None:
    (claim,) = read(plain_site / "claims.html").of("section")

    assert "It is so." in claim.text
    assert "asserts The first in d1" in " ".join(claim.text.split())
    assert [each.attributes["href"] for each in claim.of("a")] == [
        "entities/one.html",
        "documents/d1/in-gold.html",
        "documents/d1/in-gold.html#a-a1",
    ]


def test_report_shows_every_label_field_and_value_of_the_schema(site: Path) -> None:
    page = read(site / "schema.html")
    schema = json.loads((site / "schema.json").read_text(encoding="utf-8"))

    for name in (part["properties"]["label"]["const"] for part in schema["$defs"].values() if "properties" in part and
                 "label" in part["properties"]):  # fmt: skip
        (section,) = [each for each in page.of("section") if each.attributes.get("id") == f"l-{name}"]
        assert section.of("h2")[0].text == name


def test_report_shows_layers_side_by_side(tmp_path: Path) -> None:
    text = b"They agreed on talks, on trade and on exercises.\n"
    document = Document.from_bytes("d", text)
    at = {word: text.decode().index(word) for word in ("talks", "trade", "exercises")}
    marks = {word: {"id": word, "start": start, "end": start + len(word)} for word, start in at.items()}
    corpus = own_corpus(
        tmp_path / "corpus",
        [document],
        a={"d": [marks["talks"], marks["trade"]]},
        b={"d": [marks["talks"] | {"status": "proposed"}, marks["exercises"]]},
    )

    page = read(build(corpus, tmp_path / "site").first.parent / "documents" / "d" / "beside.html")

    rows = [
        (row.of("th")[0].text, *(" ".join(cell.text.split()) for cell in row.of("td")[1:]))
        for row in page.of("tr")
        if row.attributes.get("id", "").startswith("x-")
    ]
    assert rows == [
        ("attribute", "measure talksstatusannounced", "measure talksstatusproposed"),
        ("missing", "measure trade", "–"),
        ("missing", "–", "measure exercises"),
    ]
    assert [cell.text for cell in page.classed("cell")[0].classed("d")] == ["talks", "trade"]


# For everybody


def test_report_pages_have_a_language_a_title_and_one_heading_of_the_first_rank(read_pages: dict[str, Element]) -> None:
    for name, page in read_pages.items():
        assert page.of("html")[0].attributes["lang"] == "en"
        assert page.of("title")[0].text.strip()
        assert len(page.of("h1")) == 1, name
        assert len(page.of("main")) == 1


def test_report_headings_leave_out_no_rank(read_pages: dict[str, Element]) -> None:
    for name, page in read_pages.items():
        ranks = [int(each.tag[1]) for each in page.all() if each.tag in {"h1", "h2", "h3", "h4"}]
        assert all(after <= before + 1 for before, after in pairwise(ranks)), name


def test_report_pictures_have_a_text_and_tables_a_caption(read_pages: dict[str, Element]) -> None:
    for page in read_pages.values():
        assert all(image.attributes["alt"] for image in page.of("img"))
        assert all(table.children[0].tag == "caption" for table in page.of("table"))
        assert all(cell.attributes["scope"] in {"row", "col"} for cell in page.of("th"))


def test_report_ids_are_unique(read_pages: dict[str, Element]) -> None:
    for name, page in read_pages.items():
        counted = Counter(each.attributes["id"] for each in page.all() if "id" in each.attributes)
        assert [each for each, count in counted.items() if count > 1] == [], name


def test_report_words_of_the_corpus_have_a_direction_of_their_own(hostile_site: Path) -> None:
    page = read(hostile_site / "documents" / "d.1" / "in-gold.html")

    assert all(block.attributes["dir"] == "auto" for block in page.classed("b"))
    assert all(each.attributes["dir"] == "auto" for each in page.of("bdi"))
    assert len(page.of("h1")[0].of("bdi")) == 1


# Whole, small, and the same each time


def test_report_is_the_same_each_time(tmp_path: Path, hostile_site: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from corpus.corpus import Corpus; from corpus.report.site import build\n"
        "build(Corpus.open(sys.argv[1]), Path(sys.argv[2]))"
    )
    arguments = [sys.executable, "-c", program, str(hostile_site.parent / "corpus"), str(tmp_path / "again")]
    subprocess.run(arguments, check=True, env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Karachi"})

    assert digests(tmp_path / "again") == digests(hostile_site)


def test_report_pages_of_a_long_document_are_small_and_linked(tmp_path: Path) -> None:
    words = "“talks” & <talks> go on and on, they say; and so it goes. " * 3 + "\n"
    document = Document.from_bytes("d", (words * 1200).encode("utf-8"))
    records: list[dict[str, object]] = [
        {"id": f"a{number}", "start": number * len(words) + 1, "end": number * len(words) + 6} for number in range(1200)
    ]
    corpus = own_corpus(tmp_path / "corpus", [document], a={"d": records}, b={"d": records[::2]})

    site = build(corpus, tmp_path / "site").first.parent

    sizes = {path.name: path.stat().st_size for path in (site / "documents" / "d").iterdir()}
    assert max(sizes.values()) <= LIMIT
    assert {"in-a.html", "part-2-in-a.html", "beside.html", "beside-2.html"} <= sizes.keys()
    text = ""
    for number in range(1, 40):
        path = site / "documents" / "d" / ("in-a.html" if number == 1 else f"part-{number}-in-a.html")
        if not path.is_file():
            break
        page = read(path)
        text += "".join(block.text for block in page.classed("b"))
        listed = {each.attributes["id"][2:] for each in page.classed("entry")}
        drawn = {each.attributes["data-a"] for each in page.classed("m") if "id" in each.attributes}
        assert listed == drawn
        links = {each.attributes.get("rel") for each in page.classed("pager")[0].of("a")}
        assert ("prev" in links) == (number > 1)
    assert text == document.text


def test_report_takes_the_place_of_an_earlier_one(tmp_path: Path, sample_writer: Callable[[Path, str], Path]) -> None:
    corpus = Corpus.open(sample_writer(tmp_path / "corpus", "own"))
    before = digests(build(corpus, tmp_path / "site").first.parent)

    build(corpus, tmp_path / "site")

    assert digests(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "site"]


def test_report_leaves_alone_what_is_no_report(tmp_path: Path, sample_writer: Callable[[Path, str], Path]) -> None:
    corpus = Corpus.open(sample_writer(tmp_path / "corpus", "own"))
    out = tmp_path / "site"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work", encoding="utf-8")

    with pytest.raises(OutputRefused, match="no earlier build"):
        build(corpus, out)

    assert digests(out).keys() == {"thesis.txt"}


def test_report_leaves_alone_a_report_that_somebody_changed(
    tmp_path: Path, sample_writer: Callable[[Path, str], Path]
) -> None:
    corpus = Corpus.open(sample_writer(tmp_path / "corpus", "own"))
    page = build(corpus, tmp_path / "site").first
    page.write_text("mine", encoding="utf-8")

    with pytest.raises(OutputRefused, match=r"index\.html was changed"):
        build(corpus, tmp_path / "site")

    assert page.read_text(encoding="utf-8") == "mine"


def test_report_leaves_alone_a_dataset(tmp_path: Path, sample_writer: Callable[[Path, str], Path]) -> None:
    corpus = Corpus.open(sample_writer(tmp_path / "corpus", "own"))
    site = build(corpus, tmp_path / "site").first.parent
    note = json.loads((site / "build.json").read_text(encoding="utf-8"))
    del note["what"]
    text = json.dumps(note)
    sums = (
        (site / "SHA256SUMS")
        .read_text(encoding="utf-8")
        .replace(
            hashlib.sha256((site / "build.json").read_bytes()).hexdigest(), hashlib.sha256(text.encode()).hexdigest()
        )
    )
    (site / "build.json").write_text(text, encoding="utf-8")
    (site / "SHA256SUMS").write_text(sums, encoding="utf-8")

    with pytest.raises(OutputRefused, match="holds a dataset"):
        build(corpus, site)


def test_report_never_goes_into_its_corpus(tmp_path: Path, sample_writer: Callable[[Path, str], Path]) -> None:
    corpus = Corpus.open(sample_writer(tmp_path / "corpus", "own"))

    with pytest.raises(OutputRefused, match="into the corpus"):
        build(corpus, corpus.folder / "report")


def test_report_that_fails_leaves_the_earlier_one(tmp_path: Path, sample_writer: Callable[[Path, str], Path]) -> None:
    folder = sample_writer(tmp_path / "corpus", "own")
    before = digests(build(Corpus.open(folder), tmp_path / "site").first.parent)
    layer = folder / "layers" / "rules" / "d2.jsonl"
    layer.write_text(layer.read_text(encoding="utf-8") + "no json\n", encoding="utf-8")

    with pytest.raises(InputRefused):
        build(Corpus.open(folder), tmp_path / "site")

    assert digests(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "site"]


# Little, and nothing


def test_report_of_a_corpus_without_anything(tmp_path: Path) -> None:
    site = build(own_corpus(tmp_path / "corpus", []), tmp_path / "site").first.parent

    text = {name: " ".join(page.text.split()) for name, page in pages(site).items()}
    assert "There is no layer yet" in text["index.html"]
    assert "There are not two layers to compare." in text["layers.html"]
    assert "The corpus has no documents." in text["documents.html"]
    assert "The corpus has no entities." in text["entities.html"]
    assert "The corpus has no claims." in text["claims.html"]


def test_report_of_documents_that_nobody_marked(tmp_path: Path) -> None:
    documents = [Document.from_bytes("a", b"Words.\n"), Document.from_bytes("b", b""), Document.from_bytes("c", b"\n")]

    site = build(own_corpus(tmp_path / "corpus", documents), tmp_path / "site").first.parent

    assert "No layer has anything about this document." in read(site / "documents" / "a" / "text.html").text
    assert "The text is empty." in read(site / "documents" / "b" / "text.html").text
    assert read(site / "documents" / "c" / "text.html").classed("b")[0].text == "\n"


def test_report_of_an_empty_layer_says_so_and_gives_no_figure(tmp_path: Path) -> None:
    documents = [Document.from_bytes("a", b"Words.\n")]

    site = build(own_corpus(tmp_path / "corpus", documents, one={"a": []}, two={"a": []}), tmp_path / "site")

    overview = read(site.first)
    assert "is empty: it has no annotation in any document" in " ".join(overview.text.split())
    (table,) = [each for each in overview.of("table") if each.children[0].text == "Figures over all labels"]
    assert [cell.text for cell in table.of("td")] == ["1", "–", "–", "–", "–"]
    assert "one is empty" in read(site.first.parent / "layers.html").text


def test_report_of_layers_over_different_documents_says_what_was_left_out(tmp_path: Path) -> None:
    documents = [Document.from_bytes("a", b"Words.\n"), Document.from_bytes("b", b"Words.\n")]
    mark: dict[str, object] = {"id": "m", "start": 0, "end": 5}

    site = build(own_corpus(tmp_path / "corpus", documents, one={"a": [mark]}, two={"b": [mark]}), tmp_path / "site")

    text = " ".join(read(site.first.parent / "layers.html").text.split())
    assert "one has nothing about: b" in text
    assert "two has nothing about: a" in text
    assert "one and two have no document in common" in text


def test_report_shows_gold_before_other_layers(tmp_path: Path) -> None:
    mark: dict[str, object] = {"id": "m", "start": 0, "end": 5}
    corpus = own_corpus(tmp_path / "corpus", [Document.from_bytes("a", b"Words.\n")], a={"a": [mark]}, z={"a": [mark]})
    about = corpus.folder / "corpus.toml"
    about.write_text(about.read_text(encoding="utf-8").replace("[anno", 'gold = "z"\n[anno', 1), encoding="utf-8")

    site = build(Corpus.open(corpus.folder), tmp_path / "site").first.parent

    (tabs,) = read(site / "documents" / "a" / "in-a.html").classed("tabs")
    assert [each.attributes["href"].rpartition("/")[2] for each in tabs.of("a")] == [
        "in-z.html",
        "in-a.html",
        "beside.html",
    ]
    assert "z and a" in read(site / "layers.html").text


def test_report_of_one_layer_has_no_comparison(tmp_path: Path) -> None:
    documents = [Document.from_bytes("a", b"Words.\n")]
    mark: dict[str, object] = {"id": "m", "start": 0, "end": 5}

    site = build(own_corpus(tmp_path / "corpus", documents, one={"a": [mark]}), tmp_path / "site").first.parent

    assert not (site / "documents" / "a" / "beside.html").exists()
    assert "There is no gold layer. Where one layer stands for all, it is one." in read(site / "index.html").text


def test_report_shows_what_reaches_past_the_end_in_the_list_only(tmp_path: Path) -> None:
    document = Document.from_bytes("a", b"Words.\n")
    corpus = own_corpus(tmp_path / "corpus", [document], one={"a": [{"id": "m", "start": 0, "end": 5}]})
    file = corpus.folder / "layers" / "one" / "a.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace('"end":5', '"end":50'), encoding="utf-8")

    page = read(build(Corpus.open(corpus.folder), tmp_path / "site").first.parent / "documents" / "a" / "in-one.html")

    assert page.classed("m") == []
    assert len(page.classed("entry")) == 1
    assert len(page.classed("findings")) == 1


def test_report_shows_as_code_what_stands_between_backquotes_and_escapes_everything() -> None:
    assert coded("as in `a <b>` & `c`") == "as in <code>a &lt;b&gt;</code> &amp; <code>c</code>"
    assert coded("one ` alone <i>") == "one ` alone &lt;i&gt;"
    assert coded("") == ""
