"""What it costs to check documents and publish them as a dataset, as ratios measured side by side in one run.

`python bench/bench_publish.py --documents 5000` makes a quick run. Each figure is of a program of its own, with its own
peak of memory. The yardstick is pyarrow's conversion of the same lines to Parquet with a bare `model_validate_json` of
each line; building the dataset checks every rule, writes all tables, and a card.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

# A program finds what is in its own folder by its bare name.
from bench_validate import BARE_STREAM, NAMES, SCHEMA, stream, write_shard  # type: ignore[import-not-found]

CONVERT = """
import resource, sys, time
import pyarrow.json, pyarrow.parquet as pq
before = time.perf_counter()
with pyarrow.json.open_json(sys.argv[1], pyarrow.json.ReadOptions(block_size=1 << 24)) as reader:
    with pq.ParquetWriter(sys.argv[2], reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
print(time.perf_counter() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
GENERATOR = """
import json, resource, sys, tempfile, time
import datasets
datasets.disable_progress_bars()
def rows():
    with open(sys.argv[1], "rb") as lines:
        for line in lines:
            yield json.loads(line)
with tempfile.TemporaryDirectory() as cache:
    before = time.perf_counter()
    datasets.Dataset.from_generator(rows, cache_dir=cache).to_parquet(sys.argv[2])
    print(time.perf_counter() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
PUBLISH = """
import resource, sys, time
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
    corpus.publish.build(opened, Path(sys.argv[3]), Options(shards=[Path(sys.argv[1])], only=only), tell)
except Written:
    pass
print(time.perf_counter() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
MANIFEST = f'name = "bench"\nschema = "{SCHEMA}"\ngold = "rules"\n[annotators.rules]\nkind = "rule"\n'


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
        convert, _ = stream(CONVERT, str(shard), str(folder / "plain.parquet"))
        generator, peak = stream(GENERATOR, str(shard), str(folder / "generated.parquet"))
        yardstick = bare + convert
        print(
            f"{options.documents:,} documents: model_validate_json {bare:.1f} s + pyarrow's JSON to Parquet "
            f"{convert:.1f} s = {yardstick:.1f} s; Dataset.from_generator {generator:.1f} s, {peak} MiB"
        )
        programs = (
            ("documents checked and written", "documents", "written"),
            ("all tables checked and written", "", "written"),
            ("all tables, and read back three times", "", "placed"),
        )
        for what, only, until in programs[:1] if options.only_documents else programs:
            ours, peak = stream(PUBLISH, str(shard), str(corpus), str(folder / "out"), only, until)
            print(
                f"  {what}: {ours:.1f} s, {ours / yardstick:.2f} of the yardstick, "
                f"{ours / generator:.2f} of from_generator, peak {peak} MiB"
            )


if __name__ == "__main__":
    main()
