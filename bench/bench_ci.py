"""What the gate in CI costs: each format on the bundled corpus, what a branch touched, and the check beside jsonschema.

Ratios measured side by side in one run. `python bench/bench_ci.py --rounds 3` makes a quick one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotator.reports import FORMATS
from corpus.annotation_check import check_document
from corpus.corpus import Corpus
from corpus.layers import parse

ROOT = Path(__file__).parents[1]
BUNDLED = ROOT / "corpus" / "data"

ONE_MODEL = """
from pydantic import BaseModel
class Point(BaseModel):
    x: int
    y: int
Point(x=1, y=2)
"""


def seconds(arguments: Sequence[str], folder: Path) -> float:
    """How long a program runs, whatever its exit code."""
    before = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=False, cwd=folder)
    return time.perf_counter() - before


def fastest(programs: Sequence[Sequence[str]], folder: Path, rounds: int) -> list[float]:
    """The least time of each of some programs, run in turn."""
    times = [[seconds(program, folder) for program in programs] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def formats(folder: Path, rounds: int, what: str, *more: str) -> None:
    """Prints what `annotator validate` takes in each format, beside an import of pydantic with one model."""
    programs = [["-c", ONE_MODEL]]
    programs += (["-m", "annotator", "validate", str(folder), "--format", form, *more] for form in FORMATS)
    bare, *ours = fastest(programs, folder, rounds)
    print(f"{what}: pydantic with one model {bare * 1000:.0f} ms")
    for form, taken in zip(FORMATS, ours, strict=True):
        print(f"  {form:<7} {taken * 1000:>4.0f} ms, ratio {taken / bare:.2f}")


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def copied(target: Path) -> Path:
    """The bundled corpus in a repository of its own, with its raw files and one change that is not committed."""
    folder = target / "corpus" / "data"
    shutil.copytree(BUNDLED, folder)
    shutil.copytree(ROOT / "seeds", target / "seeds")
    git(target, "init", "--quiet")
    git(target, "add", "--all")
    git(target, "commit", "--quiet", "--message=x")
    file = min((folder / "layers").glob("*/*.jsonl"))
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    return folder


def layer_files(corpus: Corpus) -> Iterator[tuple[str, bytes]]:
    """Every layer's file, with the document that it is about."""
    for layer in corpus.layers:
        for document in corpus.store.layer_documents(layer):
            yield document, corpus.store.read_bytes(corpus.store.layer_file(layer, document)) or b""


def against_jsonschema(corpus: Corpus, rounds: int) -> None:
    """Prints what a check of the bundled annotations takes, and what jsonschema takes for their lines alone."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        print("jsonschema is not installed")
        return
    files = list(layer_files(corpus))
    lines = [line for _, data in files for line in data.splitlines()[1:]]
    validator = Draft202012Validator(corpus.schema.json_schema())

    def ours() -> int:
        """Every check of a layer's file: bytes, canonical form, fields, references, entities, rules."""
        found = 0
        for document, data in files:
            parsed = parse(data, corpus.schema, "")
            annotations = [annotation for _, annotation in parsed.annotations]
            found += sum(1 for _ in parsed.findings)
            found += sum(
                1 for _ in check_document(corpus.documents[document], annotations, corpus.schema, corpus.entities)
            )
        return found

    def alone() -> None:
        """The fields of each line, as far as pydantic looks at them."""
        for line in lines:
            corpus.schema.annotation.validate_json(line)

    def theirs() -> int:
        return sum(1 for line in lines for _ in validator.iter_errors(json.loads(line)))

    times: list[list[float]] = []
    for _ in range(rounds):
        times.append([])
        for work in (theirs, ours, alone):
            before = time.perf_counter()
            work()
            times[-1].append(time.perf_counter() - before)
    taken = [min(column) for column in zip(*times, strict=True)]
    print(f"{len(lines):,} annotations: jsonschema {taken[0] * 1000:.0f} ms for their fields")
    print(f"  every check    {taken[1] * 1000:>6.1f} ms, {taken[0] / taken[1]:.0f} times as fast")
    print(f"  fields alone   {taken[2] * 1000:>6.1f} ms, {taken[0] / taken[2]:.0f} times as fast")


def main() -> None:
    """Prints the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each program")
    options = parser.parse_args()
    formats(BUNDLED, options.rounds, "bundled corpus")
    with tempfile.TemporaryDirectory() as folder:
        corpus = copied(Path(folder))
        formats(corpus, options.rounds, "the same, what differs from the last commit", "--changed-since", "HEAD")
        bare, diff = fastest([["-c", ONE_MODEL], ["-m", "annotator", "diff"]], corpus, options.rounds)
        print(f"diff against the last commit: {diff * 1000:.0f} ms, ratio {diff / bare:.2f}")
    against_jsonschema(Corpus.open(BUNDLED), options.rounds)


if __name__ == "__main__":
    main()
