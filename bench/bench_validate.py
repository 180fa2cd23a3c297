"""What the check costs, as ratios measured side by side in one run.

`python bench/bench_validate.py --documents 5000` makes a quick run.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas import Document

ROOT = Path(__file__).parents[1]
BUNDLED = ROOT / "corpus" / "data"
SCHEMA = "schemas.security:SecuritySchema"
ANNOTATIONS = 20
PATTERNS = 500
"""How many different documents there are; the others differ from one of them in their id."""

BARE_HELP = """
import click
@click.group(epilog="Examples")
def main():
    "Do something."
@main.command()
@click.option("--to", help="Where to.")
def go(to):
    "Go."
main(["--help"])
"""
ONE_MODEL = """
from pydantic import BaseModel
class Point(BaseModel):
    x: int
    y: int
Point(x=1, y=2)
"""
BARE_STREAM = """
import resource, sys, time
from corpus.manifest import load_schema
from pathlib import Path
model = load_schema(sys.argv[2], Path()).labelled_document
before = time.perf_counter()
with open(sys.argv[1], "rb") as stream:
    for line in stream:
        model.model_validate_json(line)
print(time.perf_counter() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
CHECKED_STREAM = """
import resource, sys, time
from corpus.manifest import load_schema
from corpus.shard_check import check_shard
from corpus.store import parse_records
from schemas import Entity
from pathlib import Path
schema = load_schema(sys.argv[2], Path())
entities = {each.id: each for _, each in parse_records(Path(sys.argv[3]).read_bytes(), "", Entity)}
schema.labelled_document
before = time.perf_counter()
findings = list(check_shard(sys.argv[1], schema, entities, processes=int(sys.argv[4])))
assert not findings, findings[:5]
used = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(time.perf_counter() - before, used[0] if used[1] == 0 else used[0] + int(sys.argv[4]) * used[1])
"""

NAMES = {"Pakistan": "pk", "India": "in", "Iran": "ir", "China": "cn", "Turkey": "tr", "Qatar": "qa"}
GROUPS = ("militant groups", "terror outfits", "insurgents", "armed proxies")
MEASURES = {"intelligence sharing": "intelligence_sharing", "border fencing": "border_control", "talks": "dialogue"}
FILLER = (
    "The road along the river was closed for the season while traders waited for the passes to open again, and "
    "prices in the valley rose as they do each winter. "
)


class Author:
    """Writes a text piece by piece and notes the annotations in it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.text = ""
        self.annotations: list[dict[str, Any]] = []

    def add(self, words: str, **about: Any) -> dict[str, Any]:
        """Adds words, and an annotation of them."""
        start = len(self.text)
        self.text += words
        name = f"n{len(self.annotations):03}"
        self.annotations.append({"id": name, "start": start, "end": len(self.text), "text": words, **about})
        return self.annotations[-1]

    def name(self) -> dict[str, Any]:
        """Adds a country."""
        country, entity = self.chance.choice(list(NAMES.items()))
        return self.add(country, label="actor", mention="name", kind="state", metonymy="none", entity=entity)

    def sentence(self) -> None:
        """Adds a sentence of five annotations."""
        speaker = self.name()
        self.text += " "
        cue = self.add("said", label="attribution", type="statement", form="indirect", source_kind="named")
        cue |= {"polarity": "positive", "distance": "neutral", "speakers": [speaker["id"]], "addressees": []}
        cue["source"] = [[speaker["start"], speaker["end"]]]
        self.text += " that "
        start = len(self.text)
        initiator = self.name()
        self.text += " had offered "
        words, sort = self.chance.choice(list(MEASURES.items()))
        measure = self.add(words, label="measure", type=sort, status="announced", laterality="bilateral")
        measure |= {"initiators": [initiator["id"]], "targets": [], "partners": [speaker["id"]]}
        self.text += " against "
        group = self.add(self.chance.choice(GROUPS), label="group", mention="nominal", kind="generic")
        group |= {"designation": "militant", "state_link": "none", "entity": None}
        cue["content"] = [[start - len("that "), len(self.text)]]
        self.text += ". "


def labelled_document(chance: random.Random) -> dict[str, Any]:
    """A document of some 2 kB with twenty annotations that keep every rule."""
    author = Author(chance)
    ends = []
    for _ in range(ANNOTATIONS // 5):
        author.sentence()
        author.text += FILLER * chance.randint(2, 4) + "\n"
        ends.append(len(author.text))
    author.text += "Share this – it’s “free”.\n"
    zones = [{"start": low, "end": high, "kind": "body"} for low, high in zip([0, *ends], ends, strict=False)]
    zones.append({"start": ends[-1], "end": len(author.text), "kind": "furniture"})
    document = Document.from_bytes("ID", author.text.encode("utf-8"), zones=zones).model_dump(mode="json")
    header = {"document": "ID", "sha256": document["sha256"], "schema": "security@1.0.0", "annotator": "rules"}
    annotations = sorted(author.annotations, key=lambda each: (each["start"], each["end"], each["label"], each["id"]))
    return {"document": document, "header": header | {"status": "done"}, "annotations": annotations}


def write_shard(path: Path, documents: int) -> None:
    """A shard of so many documents."""
    chance = random.Random(7)
    patterns = [
        json.dumps(labelled_document(chance), ensure_ascii=False, separators=(",", ":")) for _ in range(PATTERNS)
    ]
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for number in range(documents):
            stream.write(patterns[number % PATTERNS].replace('"ID"', f'"d{number:07}"') + "\n")


def seconds(*arguments: str) -> float:
    """How long a program runs; it may have findings."""
    before = time.perf_counter()
    ran = subprocess.run([sys.executable, *arguments], capture_output=True, check=False, cwd=ROOT)
    assert ran.returncode in (0, 1), ran.stderr
    return time.perf_counter() - before


def fastest(*programs: tuple[str, ...], rounds: int) -> Iterator[float]:
    """The least time of each of some programs, run in turn."""
    times = [[seconds(*program) for program in programs] for _ in range(rounds)]
    return (min(column) for column in zip(*times, strict=True))


def stream(program: str, *arguments: str) -> tuple[float, int]:
    """The seconds and the peak memory in MiB that a program prints."""
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    taken, peak = ran.stdout.split()
    return float(taken), int(peak)


def main() -> None:
    """Prints the three comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000, help="documents in the shard")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each short program")
    options = parser.parse_args()

    bare, ours = fastest(("-c", BARE_HELP), ("-m", "annotator", "--help"), rounds=options.rounds)
    print(f"--help: annotator {ours * 1000:.0f} ms, bare click {bare * 1000:.0f} ms, ratio {ours / bare:.2f}")

    if (BUNDLED / "corpus.toml").exists():
        validate = ("-m", "annotator", "validate", str(BUNDLED))
        bare, ours = fastest(("-c", ONE_MODEL), validate, rounds=options.rounds)
        print(f"bundled corpus: validate {ours * 1000:.0f} ms, one model {bare * 1000:.0f} ms, ratio {ours / bare:.2f}")

    with tempfile.TemporaryDirectory() as folder:
        shard, entities = Path(folder) / "shard.jsonl", Path(folder) / "entities.jsonl"
        write_shard(shard, options.documents)
        entities.write_text(
            "".join(json.dumps({"id": entity, "kind": "state", "name": name}) + "\n" for name, entity in NAMES.items())
        )
        size = shard.stat().st_size
        bare, _ = stream(BARE_STREAM, str(shard), SCHEMA)
        print(
            f"stream of {options.documents:,} documents, {size / options.documents / 1000:.1f} kB a line: "
            f"model_validate_json {options.documents / bare:,.0f}/s"
        )
        for processes in (1, 2):
            ours, peak = stream(CHECKED_STREAM, str(shard), SCHEMA, str(entities), str(processes))
            print(
                f"  check with {processes} process(es): {options.documents / ours:,.0f}/s, "
                f"throughput ratio {bare / ours:.2f}, peak {peak} MiB in all"
            )


if __name__ == "__main__":
    main()
