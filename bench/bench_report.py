"""What writing a report costs, as a ratio to checking the same corpus in the same run, and how large its pages are.

`python bench/bench_report.py --documents 100` makes a quick run.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from corpus.check import Seen, check
from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.report.site import build
from corpus.store import Store
from schemas import Document, Entity, LayerHeader, Status

ANNOTATIONS = 50
COUNTRIES = {"Pakistan": "pk", "India": "in", "Iran": "ir", "China": "cn", "Turkey": "tr", "Qatar": "qa"}
FILLER = (
    "The road along the river was closed for the season while traders waited for the passes to open again, and "
    "prices in the valley rose as they do each winter. "
)
MOST = 500_000
"""Bytes that a page may have."""

FACTOR = 20
"""How many times longer than the check a report may take."""


def labelled(chance: random.Random) -> tuple[str, list[dict[str, Any]]]:
    """A text with fifty annotations that refer to each other and to entities."""
    text = ""
    marks: list[dict[str, Any]] = []

    def add(words: str, label: str, **about: Any) -> str:
        nonlocal text
        name = f"n{len(marks):03}"
        marks.append({"id": name, "label": label, "start": len(text), "end": len(text) + len(words), **about})
        marks[-1]["text"] = words
        text += words
        return name

    while len(marks) < ANNOTATIONS:
        country, entity = chance.choice(list(COUNTRIES.items()))
        start = len(text)
        speaker = add(country, "actor", mention="name", kind="state", entity=entity)
        source = [[start, len(text)]]
        text += " "
        cue = len(marks)
        add("said", "attribution", type="statement", source_kind="named", source=source, speakers=[speaker])
        text += " that "
        start = len(text)
        country, entity = chance.choice(list(COUNTRIES.items()))
        other = add(country, "actor", mention="name", kind="state", entity=entity)
        text += " offered "
        add("closer talks", "measure", type="dialogue", status="announced", initiators=[other], partners=[speaker])
        text += " on "
        add("militant groups", "group", kind="generic", designation="militant")
        marks[cue]["content"] = [[start, len(text)]]
        text += ". " + FILLER + chance.choice(["", "\n\n"])
    return text, marks


def write(folder: Path, documents: int) -> None:
    """A corpus of so many documents with a gold layer."""
    folder.mkdir()
    (folder / "corpus.toml").write_text(
        'name = "bench"\nschema = "schemas.security:SecuritySchema"\ngold = "gold"\n'
        '[annotators.anna]\nkind = "person"\n[annotators.ben]\nkind = "person"\n',
        encoding="utf-8",
    )
    chance = random.Random(11)
    made = [labelled(chance) for _ in range(documents)]
    texts = [Document.from_bytes(f"d{number:05}", text.encode("utf-8")) for number, (text, _) in enumerate(made)]
    store = Store(folder)
    store.write_documents(texts)
    store.write_entities([Entity(id=each, kind="state", name=name) for name, each in COUNTRIES.items()])
    corpus = Corpus.open(folder)
    for document, (_, marks) in zip(texts, made, strict=True):
        header = LayerHeader(
            document=document.id,
            sha256=document.sha256,
            schema_id=corpus.schema.id,
            annotator="anna",
            status=Status.DONE,
        )
        annotations = [corpus.schema.annotation.validate_json(json.dumps(mark)) for mark in marks]
        store.write_layer(LayerFile("gold", header, tuple(annotations)))


def main() -> None:
    """Prints the ratio and the sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "corpus"
        write(folder, options.documents)

        seen = Seen()
        before = time.process_time()
        findings = sum(1 for _ in check(Corpus.open(folder), seen=seen))
        checked = time.process_time() - before

        before = time.process_time()
        site = build(Corpus.open(folder), Path(scratch) / "site")
        written = time.process_time() - before

        files = [path for path in site.first.parent.rglob("*") if path.is_file()]
        largest = max((path for path in files if path.suffix == ".html"), key=lambda path: path.stat().st_size)
        first = sum((site.first.parent / name).stat().st_size for name in ("index.html", "static/report.css"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{seen.documents:,} documents, {seen.annotations:,} annotations, {findings:,} findings")
        times = f"{written / checked:.1f} times (at most {FACTOR})"
        print(f"check {checked:.2f} s, report {written:.2f} s of computing: {times}")
        print(f"{site.pages:,} pages, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB, peak {peak} MiB")
        print(f"largest page {largest.name}: {largest.stat().st_size:,} bytes (at most {MOST:,})")
        print(f"before the first page is read: {first:,} bytes; largest file of the index: ", end="")
        print(f"{max(path.stat().st_size for path in files if path.parent.name == 'index'):,}")


if __name__ == "__main__":
    main()
