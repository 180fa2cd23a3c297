"""A corpus as a `datasets.Dataset`, made in memory from the corpus's own files.

Nothing is cached. `datasets.load_dataset` keeps what it once read of a folder under the last part of its path, and may
give it back after the files have changed, or for another folder of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus import arrays, arrow, bundled
from corpus.corpus import Corpus
from corpus.readings import CorpusSource
from corpus.tables import DOCUMENTS, tables_of

if TYPE_CHECKING:
    import datasets


class Fold(NamedTuple):
    """A division of a corpus: train on all documents but one, test on that one."""

    name: str
    """The document that is left out."""
    train: tuple[str, ...]
    """The ids of the documents to train on."""
    test: tuple[str, ...]
    """The id of the document to test on."""


def load(name: str = DOCUMENTS, layer: str | None = None, path: Path | str | None = None) -> datasets.Dataset:
    """A table of a corpus, the same that `annotator export --to hub` publishes.

    Args:
        name: The configuration: `documents`, a label, `relations`, `layers`, `tokens`, `entities` or `claims`.
        layer: The layer that is read; none given means the gold layer.
        path: The corpus's folder, or one inside it; none given means the bundled corpus.

    Raises:
        CorpusNotFound: If there is no corpus.
        NameUnknown: If there is no such configuration or layer; the message lists what there is.
        InputRefused: If a file is not as it must be.
        PackageMissing: If `datasets` is not installed.
    """
    corpus = _open(path)
    tables = tables_of(corpus.schema, corpus.manifest)
    columns, cells = tables.cells(name, CorpusSource(corpus, layer))
    arrow.require_packages()

    import datasets
    import pyarrow as pa

    schema = arrow.arrow_schema(columns)
    table = pa.Table.from_batches((arrays.batch(some, columns, schema) for some in cells), schema=schema)
    about = corpus.manifest
    info = datasets.DatasetInfo(
        description=about.title or about.name,
        license=about.licence or "",
        version=about.version,
        features=arrow.features(columns),
        dataset_name=about.name,
        config_name=name,
    )
    return datasets.Dataset(table, info=info, split=datasets.Split.TRAIN)


def folds(path: Path | str | None = None) -> Iterator[Fold]:
    """The corpus divided once for each document, which is then left out of the training: too few documents to hold some
    out for good are best judged so. Give the mean over all folds together with the value of each.

    Args:
        path: The corpus's folder, or one inside it; none given means the bundled corpus.

    Raises:
        CorpusNotFound: If there is no corpus.
        InputRefused: If its documents cannot be read.
    """
    documents = tuple(_open(path).documents)
    for left_out in documents:
        yield Fold(left_out, tuple(each for each in documents if each != left_out), (left_out,))


def _open(path: Path | str | None) -> Corpus:
    return Corpus.open(bundled.folder() if path is None else path)
