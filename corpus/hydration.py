"""Putting the words back into a dataset that was published without them, from the raw files; every digest is verified.

What has to be filled in is known by its type alone: the structs of `corpus.standoff`, which no schema can make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from corpus import arrow, ingest, output
from corpus.arrow import BATCH_ROWS, Row
from corpus.errors import InputRefused, StoreFailed
from corpus.parquet import FILE_NAME, SPLIT, read_rows, sha256_of
from corpus.record_check import SIZE_LIMIT
from corpus.standoff import END, ENDS, FRAGMENTS, OF, PARTS, SHA256, START, STARTS, WORDS, sha256
from corpus.tables import DOCUMENTS
from schemas import digest

if TYPE_CHECKING:
    import datasets
    import pyarrow

CODE = "E-HYDRATE"
WHAT = "hydrated dataset"
CARD = "README.md"

_KEPT = 16
"""How many texts are held at a time: the rows of a table come document by document."""


def hydrate(dataset: Path | str | Mapping[str, datasets.Dataset], raw: Path | str) -> datasets.DatasetDict:
    """The dataset with its words: what was left out of a standoff build is taken from the raw files.

    Args:
        dataset: The folder of a standoff build, or its configurations by name, `documents` among them.
        raw: The folder of the raw files. Each is found by the name that `documents` gives it, or else by its digest.

    Returns:
        The rows and columns of the full build, by configuration.

    Raises:
        InputRefused: If the dataset was not published without words, a raw file is missing, or a digest differs; the
            message names the first.
        PackageMissing: If `datasets` is not installed.
    """
    arrow.require_packages()
    import datasets
    import pyarrow as pa

    filled = {}
    for name, features, tables in _hydrated(dataset, Path(raw)):
        table = pa.Table.from_batches(tables, schema=features.arrow_schema)
        filled[name] = datasets.Dataset(
            table, info=datasets.DatasetInfo(features=features, config_name=name), split=datasets.Split.TRAIN
        )
    return datasets.DatasetDict(filled)


def write_hydrated(dataset: Path, raw: Path, out: Path) -> dict[str, int]:
    """Writes the same as a folder that `datasets.load_dataset` opens, and says how many rows each configuration has.

    Raises:
        InputRefused: As `hydrate`; nothing is written then.
        OutputRefused: If something else is at the place.
        PackageMissing: If `datasets` is not installed.
        StoreFailed: If the disk refuses.
    """
    arrow.require_packages()
    import pyarrow.parquet as pq

    rows: dict[str, int] = {}
    kept = {}
    out = out.absolute()
    try:
        output.restore(out)
        output.require_free(out, dataset, WHAT)
        with output.staged(out) as folder:
            for name, features, batches in _hydrated(dataset, raw):
                path = folder / name / FILE_NAME
                path.parent.mkdir()
                rows[name] = 0
                with pq.ParquetWriter(path, features.arrow_schema, compression="zstd") as writer:
                    for batch in batches:
                        writer.write_batch(batch)
                        rows[name] += batch.num_rows
                kept[name] = features
            (folder / CARD).write_text(_card(folder, kept), encoding="utf-8", newline="\n")
            output.seal(folder, {"what": WHAT, "rows": rows})
            output.put_in_place(folder, out, dataset, WHAT)
    except OSError as error:
        raise StoreFailed(f"it cannot be written: {error.strerror or error}", path=error.filename or out) from error
    return rows


def _card(folder: Path, features: Mapping[str, datasets.Features]) -> str:
    """A card that says where each table is, and nothing that the dataset's own card says better."""
    from corpus.card_head import as_yaml

    configs = [
        {
            "config_name": name,
            **({"default": True} if name == DOCUMENTS else {}),
            "description": f"SHA-256 of the file: {sha256_of(folder / name / FILE_NAME)}",
            "data_files": [{"split": SPLIT, "path": f"{name}/{FILE_NAME}"}],
        }
        for name in features
    ]
    head = as_yaml({"configs": configs})
    return (
        f"---\n{head}---\n\n# A dataset with its words put back\n\n"
        "The texts come from raw files that were at hand here, and every digest was verified. The dataset was "
        "published without them because they may not be passed on: that holds for this copy.\n"
    )


_Hydrated = tuple[str, "datasets.Features", Iterator["pyarrow.RecordBatch"]]


def _hydrated(dataset: Path | str | Mapping[str, datasets.Dataset], raw: Path) -> Iterator[_Hydrated]:
    """Every configuration: its name, its features with words, and its rows in batches."""
    import pyarrow as pa

    tables = _open(dataset)
    if DOCUMENTS not in tables:
        raise _refused(
            f"there is no configuration {DOCUMENTS}", "Name a standoff build, with all of its configurations"
        )
    if not any(_fill(features) for features, _ in tables.values()):
        raise _refused("it has its words already", "Only a build made with --standoff can be filled in")
    texts = _Texts(raw, tables[DOCUMENTS][1]())
    for name, (features, rows) in tables.items():
        full = type(features)({column: _plain(feature) for column, feature in features.items()})
        fills = {column: fill for column, feature in features.items() if (fill := _fill(feature)) is not None}
        about = "id" if name == DOCUMENTS else "document"

        def batches(
            name: str = name,
            rows: Callable[[], Iterator[Row]] = rows,
            schema: pyarrow.Schema = full.arrow_schema,
            fills: Mapping[str, _Fill] = fills,
            about: str = about,
        ) -> Iterator[pyarrow.RecordBatch]:
            waiting: list[Row] = []
            for number, row in enumerate(rows()):
                where = f"row {number} of {name}"
                filled = dict(row)
                for column, fill in fills.items():
                    filled[column] = fill(row[column], _At(texts, row.get(about), f"{where}, column {column}"))
                waiting.append(filled)
                if len(waiting) == BATCH_ROWS:
                    yield pa.RecordBatch.from_pylist(waiting, schema=schema)
                    waiting = []
            if waiting:
                yield pa.RecordBatch.from_pylist(waiting, schema=schema)

        yield name, full, batches()


def _open(
    dataset: Path | str | Mapping[str, datasets.Dataset],
) -> dict[str, tuple[datasets.Features, Callable[[], Iterator[Row]]]]:
    """The features and rows of each configuration, the documents first."""
    import pyarrow.parquet as pq
    from datasets import Features

    if isinstance(dataset, Mapping):
        return {name: (dataset[name].features, _rows_of(dataset[name])) for name in _in_order(dataset)}
    folder = Path(dataset)
    if not folder.is_dir():
        raise InputRefused("there is no such folder", path=folder, code=CODE, help="Name a standoff build")
    files = {path.parent.name: path for path in folder.glob(f"*/{FILE_NAME}")}
    try:
        return {
            name: (Features.from_arrow_schema(pq.read_schema(files[name])), _reader(files[name]))
            for name in _in_order(files)
        }
    except (OSError, ValueError) as error:
        raise InputRefused(f"a table cannot be read: {error}", path=folder, code=CODE) from error


def _in_order(names: Mapping[str, object]) -> list[str]:
    return sorted(names, key=lambda name: (name != DOCUMENTS, name))


def _reader(path: Path) -> Callable[[], Iterator[Row]]:
    return lambda: read_rows(path)


def _rows_of(dataset: datasets.Dataset) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        for some in dataset.with_format("arrow").iter(BATCH_ROWS):
            yield from some.to_pylist()

    return rows


class _Texts:
    """The documents' texts, read from the raw files when they are asked for, and verified."""

    def __init__(self, raw: Path, documents: Iterator[Row]) -> None:
        if not raw.is_dir():
            raise InputRefused(
                "there is no such folder", path=raw, code=CODE, help="Name the folder that has the raw files"
            )
        self._raw = raw
        self._about = {str(row["id"]): (str(row[SHA256]), row["source"]) for row in documents}
        self._by_digest: dict[str, Path] | None = None
        self.text = lru_cache(_KEPT)(self._text)

    def _text(self, document: str) -> str:
        if document not in self._about:
            raise _refused(f"the document {document} is named, but is not among the documents")
        expected, source = self._about[document]
        path = self._named(source) or self._digested().get(expected)
        if path is None:
            raise InputRefused(
                f"the raw file of the document {document} is not there"
                f"{f': {source}' if source else ''}, nor any file with the SHA-256 {expected}",
                path=self._raw,
                code=CODE,
                help="Get the file, exactly as it was, and put it there",
            )
        read = ingest.read(path)
        found = digest(read.data)
        if found != expected:
            raise InputRefused(
                f"it is not the text of the document {document}: its SHA-256 is {found}, not {expected}",
                path=path,
                code=CODE,
                help="Get the file exactly as it was when it was annotated; nothing was written",
            )
        return read.text

    def _named(self, source: object) -> Path | None:
        """The file of that name. The name comes with the dataset: it may not lead out of the folder."""
        if not isinstance(source, str) or not source or "\0" in source:
            return None
        name = PurePosixPath(source)
        if name.is_absolute() or ".." in name.parts:
            return None
        path = self._raw / name
        return path if path.is_file() and path.resolve().is_relative_to(self._raw.resolve()) else None

    def _digested(self) -> Mapping[str, Path]:
        """Every file of the folder by its digest."""
        if self._by_digest is None:
            files = sorted(path for path in self._raw.rglob("*") if path.is_file() and not path.is_symlink())
            self._by_digest = {sha256_of(path): path for path in files if path.stat().st_size <= SIZE_LIMIT}
        return self._by_digest


class _At:
    """Where a value stands: its document, and its place as a message names it."""

    def __init__(self, texts: _Texts, document: object, where: str) -> None:
        self._texts = texts
        self._document = document
        self._where = where

    def covered(self, start: int, end: int) -> str:
        """What stands there in the document."""
        text = self._texts.text(str(self._document))
        if not 0 <= start < end <= len(text):
            raise _refused(f"{self._where}: [{start}, {end}) is not in the document {self._document}")
        return text[start:end]

    def within(self, document: object) -> _At:
        """The same place, for words of another document."""
        return _At(self._texts, document, self._where)

    def verified(self, words: str, expected: str) -> str:
        """The words, if they have that digest."""
        if (found := sha256(words)) != expected:
            raise _refused(
                f"{self._where}: the words found in the document {self._document} have the SHA-256 {found}, "
                f"not {expected}",
                "The dataset was damaged, or is not of these texts; get it anew",
            )
        return words


_Fill = Callable[[Any, _At], Any]


def _shape(feature: object) -> tuple[str, ...]:
    return tuple(feature) if isinstance(feature, Mapping) else ()


def _plain(feature: Any) -> Any:
    """A feature with text in place of what stands for words."""
    from datasets import List, Value

    if _SHAPES.get(_shape(feature)) is not None:
        return List(Value("string")) if _shape(feature) == (STARTS, ENDS, SHA256) else Value("string")
    if isinstance(feature, Mapping):
        return {name: _plain(each) for name, each in feature.items()}
    return List(_plain(feature.feature)) if isinstance(feature, List) else feature


def _fill(feature: Any) -> _Fill | None:
    """What puts words back into a value of this feature; nothing where there are none to be put back."""
    from datasets import List

    found = _SHAPES.get(_shape(feature))
    if found is not None:
        return lambda value, at: None if value is None else found(value, at)
    if isinstance(feature, List):
        each = _fill(feature.feature)
        if each is None:
            return None
        return lambda value, at: None if value is None else [each(one, at) for one in value]
    if isinstance(feature, Mapping):
        inner = {name: fill for name, one in feature.items() if (fill := _fill(one)) is not None}
        if not inner:
            return None
        return lambda value, at: (
            None if value is None else {**value, **{name: fill(value[name], at) for name, fill in inner.items()}}
        )
    return None


def _covered(value: Any, at: _At) -> str:
    words = " ".join(at.covered(piece[START], piece[END]) for piece in value[FRAGMENTS])
    return at.verified(words, value[SHA256])


def _tokens(value: Any, at: _At) -> Sequence[str]:
    words = [at.covered(start, end) for start, end in zip(value[STARTS], value[ENDS], strict=True)]
    at.verified(" ".join(words), value[SHA256])
    return words


def _quote(value: Any, at: _At) -> str:
    parts = [at.covered(part[START], part[END]) if part[WORDS] is None else part[WORDS] for part in value[PARTS]]
    return at.verified("".join(parts), value[SHA256])


def _other_quote(value: Any, at: _At) -> str:
    return _quote(value, at.within(value[OF]))


_SHAPES: Mapping[tuple[str, ...], _Fill] = {
    (FRAGMENTS, SHA256): _covered,
    (STARTS, ENDS, SHA256): _tokens,
    (PARTS, SHA256): _quote,
    (OF, PARTS, SHA256): _other_quote,
}


def _refused(what: str, help: str = "") -> InputRefused:
    return InputRefused(what, code=CODE, help=help)
