"""What it costs to check documents and publish them as a dataset, as ratios measured side by side in one run.

`python bench/bench_publish.py --documents 5000` makes a quick run. Each figure is of a program of its own. The
yardstick is pyarrow's conversion of the same lines to Parquet, which has threads, and a bare `model_validate_json` of
each line in one process. `Dataset.from_generator` is given the parsed lines, and `to_parquet` writes them. Both make
one table of the lines as they are, and neither checks a rule. Of ours the table of documents holds the same documents,
zones and annotations without the labels' own fields, and every rule is checked; all tables are eight of them, with
those fields twice, and the words with tags.

Memory is what a program and the processes that it starts hold at most: pages that they share count once (PSS).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# A program finds what is in its own folder by its bare name.
from bench_validate import BARE_STREAM, NAMES, ROOT, SCHEMA, stream, write_shard  # type: ignore[import-not-found]

CONVERT = """
import sys, time
import pyarrow.json, pyarrow.parquet as pq
before = time.perf_counter()
with pyarrow.json.open_json(sys.argv[1], pyarrow.json.ReadOptions(block_size=1 << 24)) as reader:
    with pq.ParquetWriter(sys.argv[2], reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
print(time.perf_counter() - before)
"""
GENERATOR = """
import json, sys, tempfile, time
import datasets
datasets.disable_progress_bars()
def rows():
    with open(sys.argv[1], "rb") as lines:
        for line in lines:
            yield json.loads(line)
with tempfile.TemporaryDirectory() as cache:
    before = time.perf_counter()
    datasets.Dataset.from_generator(rows, cache_dir=cache).to_parquet(sys.argv[2])
    print(time.perf_counter() - before)
"""
PUBLISH = """
import sys, time
from pathlib import Path
import datasets, pyarrow.parquet, corpus.publish
from corpus import Corpus
from corpus.exports import Options
class Written(Exception):
    "Everything is written, and would be read back next."
opened = Corpus.open(Path(sys.argv[2]))
opened.schema.labelled_document
only = tuple(sys.argv[4].split(",")) if sys.argv[4] else ()
def tell(what):
    if sys.argv[5] == "written" and what == "reading it back":
        raise Written
before = time.perf_counter()
try:
    options = Options(shards=[Path(sys.argv[1])], only=only, jobs=int(sys.argv[6]))
    corpus.publish.build(opened, Path(sys.argv[3]), options, tell)
except Written:
    pass
print(time.perf_counter() - before)
"""
MANIFEST = f'name = "bench"\nschema = "{SCHEMA}"\ngold = "rules"\n[annotators.rules]\nkind = "rule"\n'


def watched(program: str, *arguments: str) -> tuple[float, int]:
    """The seconds that a program prints, and the most MiB that it and its processes held while it was looked at."""
    peak = 0
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as running:
        while running.poll() is None:
            peak = max(peak, sum(map(proportional_size, family(running.pid))))
            time.sleep(0.1)
        assert running.stdout is not None
        printed = running.stdout.read()
    assert running.returncode == 0
    return float(printed), peak // 1024


def family(process: int) -> Iterator[int]:
    """A process, and all that it has started."""
    yield process
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from family(int(child))


def proportional_size(process: int) -> int:
    """The KiB that a process holds; of pages that several share, its part."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def main() -> None:
    """Prints the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000, help="documents in the shard")
    parser.add_argument("--only-documents", action="store_true", help="measure the table of documents alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shard, corpus = folder / "shard.jsonl", folder / "corpus"
        write_shard(shard, options.documents)
        corpus.mkdir()
        (corpus / "corpus.toml").write_text(MANIFEST, encoding="utf-8")
        (corpus / "documents.jsonl").touch()
        (corpus / "entities.jsonl").write_text(
            "".join(json.dumps({"id": entity, "kind": "state", "name": name}) + "\n" for name, entity in NAMES.items())
        )
        bare, _ = stream(BARE_STREAM, str(shard), SCHEMA)
        convert, _ = watched(CONVERT, str(shard), str(folder / "plain.parquet"))
        generator, peak = watched(GENERATOR, str(shard), str(folder / "generated.parquet"))
        yardstick = bare + convert
        print(
            f"{options.documents:,} documents, {shard.stat().st_size / 1e6:,.0f} MB: model_validate_json {bare:.1f} s "
            f"+ pyarrow's JSON to Parquet {convert:.1f} s = {yardstick:.1f} s; Dataset.from_generator "
            f"{generator:.1f} s, peak {peak} MiB",
            flush=True,
        )
        programs = [
            (f"{tables} checked and written, {jobs} process(es)", only, "written", jobs)
            for tables, only in (("the table of documents", "documents"), ("all tables", ""))
            for jobs in (1, 2)
        ]
        programs.append(("all tables, and read back three times, 2 process(es)", "", "placed", 2))
        for what, only, until, jobs in programs[:2] if options.only_documents else programs:
            ours, peak = watched(PUBLISH, str(shard), str(corpus), str(folder / "out"), only, until, str(jobs))
            print(
                f"  {what}: {ours:.1f} s, {ours / yardstick:.2f} of the yardstick, "
                f"{ours / generator:.2f} of from_generator, peak {peak} MiB",
                flush=True,
            )


if __name__ == "__main__":
    main()
