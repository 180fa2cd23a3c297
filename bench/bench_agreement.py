"""What comparing two layers costs, as ratios to what else can be measured in the same run.

`python bench/bench_agreement.py --documents 1000` makes a quick run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from corpus.agreement import compare
from corpus.check import Seen, check
from corpus.corpus import Corpus
from corpus.matching import Place, align, exact_count, places
from corpus.reliability import f1
from schemas import Annotation, Document

SCHEMA = "schemas.security:SecuritySchema"
ANNOTATIONS = 20
PATTERNS = 200
"""How many different documents there are; the others differ from one of them in their id."""

NAMES = {"Pakistan": "pk", "India": "in", "Iran": "ir", "China": "cn", "Turkey": "tr", "Qatar": "qa"}
FILLER = (
    "The road along the river was closed for the season while traders waited for the passes to open again, and "
    "prices in the valley rose as they do each winter. "
)
Pairs = list[tuple[Sequence[Annotation], Sequence[Annotation]]]
LABELS = ("actor", "group", "measure", "attribution")


class Author:
    """Writes a text piece by piece, and notes what two layers say about it: the second errs now and then."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.text = ""
        self.layers: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])

    def add(self, words: str, label: str, **about: Any) -> None:
        """Adds words and marks them; of seven times once not in the second layer, of five times once more narrowly."""
        start = len(self.text)
        self.text += words
        made = {"id": f"n{len(self.layers[0]):03}", "label": label, "start": start, "end": len(self.text), **about}
        self.layers[0].append(made)
        if self.chance.random() > 1 / 7:
            first = words.find(" ") + 1 if self.chance.random() < 1 / 5 else 0
            self.layers[1].append(made | {"start": start + first})

    def sentence(self) -> None:
        """Adds a sentence of five annotations."""
        country, entity = self.chance.choice(list(NAMES.items()))
        actor = {"mention": "name", "kind": "state", "metonymy": "none", "entity": entity}
        start = len(self.text)
        self.add(country, "actor", **actor)
        speaker = self.layers[0][-1]["id"]
        self.text += " "
        cue: dict[str, Any] = {"type": "statement", "form": "indirect", "source_kind": "named", "polarity": "positive"}
        cue |= {"distance": "neutral", "speakers": [], "addressees": [], "source": [[start, len(self.text) - 1]]}
        begin = len(self.text) + len("said ")
        self.add("said", "attribution", **cue, content=[[begin, begin + len("that it")]])
        self.text += " that it had offered "
        measure: dict[str, Any] = {
            "type": "dialogue",
            "status": self.chance.choice(["announced", "proposed"]),
            "targets": [],
        }
        measure |= {"laterality": "bilateral", "initiators": [], "partners": []}
        self.add("closer talks", "measure", **measure)
        self.text += " on "
        group = {"mention": "nominal", "kind": "generic", "designation": "militant", "state_link": "none"}
        self.add("hidden militant groups", "group", **group, entity=None)
        self.text += f" to {speaker} and "
        self.add(country, "actor", **actor)
        self.text += ". "


def pattern(chance: random.Random) -> tuple[Document, tuple[list[str], list[str]]]:
    """A document of some 4 kB, and the lines of two layers about it."""
    author = Author(chance)
    for _ in range(ANNOTATIONS // 5):
        author.sentence()
        author.text += FILLER * chance.randint(4, 7) + "\n"
    document = Document.from_bytes("ID", author.text.encode("utf-8"))
    lines: tuple[list[str], list[str]] = ([], [])
    for layer, into in zip(author.layers, lines, strict=True):
        for each in sorted(layer, key=lambda each: (each["start"], each["end"], each["label"], each["id"])):
            each["text"] = author.text[each["start"] : each["end"]]
            into.append(json.dumps(each, ensure_ascii=False, separators=(",", ":")))
    return document, lines


def write_corpus(folder: Path, documents: int) -> None:
    """A corpus of so many documents with the layers `one` and `two`, in canonical form."""
    from corpus import layers
    from corpus.manifest import load_schema
    from schemas import LayerHeader, Status

    schema = load_schema(SCHEMA, folder)
    toml = (
        f'name = "bench"\nschema = "{SCHEMA}"\n\n[annotators.one]\nkind = "rule"\n\n[annotators.two]\nkind = "rule"\n'
    )
    (folder / "corpus.toml").write_text(toml, encoding="utf-8")
    entities = [{"id": entity, "kind": "state", "name": name} for name, entity in NAMES.items()]
    (folder / "entities.jsonl").write_text("".join(json.dumps(each) + "\n" for each in entities), encoding="utf-8")
    chance = random.Random(7)
    made: list[tuple[str, list[str]]] = []
    for _ in range(PATTERNS):
        document, (one, two) = pattern(chance)
        files = []
        for name, lines in (("one", one), ("two", two)):
            header = LayerHeader(
                document="ID", sha256=document.sha256, schema_id=schema.id, annotator=name, status=Status.DONE
            )
            annotations = [schema.annotation.validate_json(line) for line in lines]
            files.append(layers.render(header, annotations).decode("utf-8"))
        made.append((document.model_dump_json(), files))
    for name in ("one", "two"):
        (folder / "layers" / name).mkdir(parents=True)
    with (folder / "documents.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        for number in range(documents):
            record, files = made[number % PATTERNS]
            stream.write(record.replace('"ID"', f'"d{number:07}"') + "\n")
            for name, content in zip(("one", "two"), files, strict=True):
                path = folder / "layers" / name / f"d{number:07}.jsonl"
                path.write_text(content.replace('"ID"', f'"d{number:07}"', 1), encoding="utf-8")


def timed(work: Callable[[], object]) -> float:
    """The processor's seconds that it takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def both_layers(corpus: Corpus) -> Pairs:
    """What the two layers say, document by document."""
    documents = corpus.store.layer_documents("one")
    one, two = (
        [corpus.store.layer(name, document, corpus.schema).annotations for document in documents]
        for name in ("one", "two")
    )
    return list(zip(one, two, strict=True))


def both_places(pairs: Pairs) -> list[tuple[list[Place], list[Place]]]:
    """The places of what the two layers say, document by document."""
    return [(places(one), places(two)) for one, two in pairs]


def exact_f1(pairs: Iterable[tuple[Sequence[Place], Sequence[Place]]]) -> float | None:
    """Exact F1 over all documents."""
    both = first = second = 0
    for one, two in pairs:
        both += exact_count(one, two)
        first += len(one)
        second += len(two)
    return f1(both, first, second).value


def as_given(pairs: Pairs) -> list[list[list[dict[str, object]]]]:
    """What nervaluate takes: the spans of each side, document by document."""
    return [
        [[{"label": each.label, "start": each.start, "end": each.end} for each in layer] for layer in side]
        for side in zip(*pairs, strict=True)
    ]


def align_all(pairs: Pairs) -> None:
    """The best matching in all documents."""
    for one, two in pairs:
        align(one, two)


def measure_exact(corpus: Corpus) -> None:
    """Exact F1 beside that of nervaluate, where it is installed."""
    pairs = both_layers(corpus)
    annotations = sum(len(one) + len(two) for one, two in pairs)
    spans = both_places(pairs)
    ours = min(timed(lambda: exact_f1(spans)) for _ in range(5))
    from_models = min(timed(lambda: exact_f1((places(one), places(two)) for one, two in pairs)) for _ in range(5))
    aligning = min(timed(lambda: align_all(pairs)) for _ in range(3))
    print(f"exact F1 of {annotations:,} annotations: {ours * 1000:.1f} ms, {annotations / ours:,.0f} a second")
    print(f"with the time to read their places from what was loaded: {from_models * 1000:.1f} ms")
    print(f"the best matching of the same: {aligning * 1000:.0f} ms, {annotations / aligning:,.0f} a second")
    try:
        nervaluate = importlib.import_module("nervaluate")
    except ImportError:
        print("nervaluate is not installed; with it, its time is measured in the same run")
        return
    given: list[Any] = []
    giving = timed(lambda: given.extend(as_given(pairs)))
    results: list[Any] = []
    theirs = timed(lambda: results.append(nervaluate.Evaluator(*given, tags=list(LABELS)).evaluate()))
    strict = results[0]["overall"]["strict"]
    value = exact_f1(spans)
    assert value is not None
    assert abs(strict.f1 - value) < 1e-9, (strict.f1, value)
    print(f"nervaluate, for the same figure: {theirs * 1000:.0f} ms, {theirs / ours:.0f} times as long (goal: 50)")
    print(f"both from what was loaded: {(giving + theirs) / from_models:.0f} times as long")
    print(f"and {theirs / aligning:.0f} times as long as the best matching")


def measure_report(corpus: Corpus) -> None:
    """The whole default report beside the check of the same files."""
    seen = Seen()
    findings: list[object] = []
    checking = timed(lambda: findings.extend(check(corpus, seen=seen)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    comparing = timed(lambda: compare(corpus, ["one", "two"]))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"check of {seen.documents:,} documents, {seen.annotations:,} annotations: {checking:.2f} s")
    print(f"agreement of the same: {comparing:.2f} s, {comparing / checking:.2f} times as long (goal: 3)")
    print(f"memory that it takes on top: {more:.0f} MiB")


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    documents = parser.parse_args().documents
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_corpus(folder, documents)
        corpus = Corpus.open(folder)
        measure_report(corpus)
        (folder / "small").mkdir()
        write_corpus(folder / "small", min(documents, 2700))
        measure_exact(Corpus.open(folder / "small"))


if __name__ == "__main__":
    main()
