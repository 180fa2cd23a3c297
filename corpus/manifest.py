"""`corpus.toml`: what a corpus is called, which schema it follows, who annotated it. It marks the corpus's folder."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import tomllib
from importlib.abc import ExecutionLoader
from importlib.util import decode_source
from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus import codes
from corpus.errors import CorpusNotFound, InputRefused, SchemaUnavailable
from corpus.rule_faults import described
from corpus.store import Store, check_name, mark_of
from schemas import LabelSchema, SchemaError, digest
from schemas.document import Name

FILE = "corpus.toml"
"""The file that makes a folder a corpus."""


class AnnotatorEntry(BaseModel):
    """Who or what made a layer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["person", "rule", "model"]
    """A person, a rule that was written down, or a model."""
    provenance: str | None = None
    """By which procedure, with which version, checked by whom."""
    rules: bool = True
    """Whether the schema's rules hold for what they made; `false` for a baseline that was made without knowing them."""


class Manifest(BaseModel):
    """What `corpus.toml` says."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    name: Name
    """The corpus's name."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] = "0.1.0"
    """The semantic version of its content."""
    title: str | None = None
    """What people call it."""
    schema_path: Annotated[str, Field(alias="schema", pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
    """The schema class, as `package.module:Class`."""
    gold: Name | None = None
    """The layer that is published."""
    licence: str | None = None
    """The SPDX name of the annotations' licence."""
    text_licence: str | None = None
    """What holds for the texts, where it is not the same."""
    language: str | None = None
    """The BCP 47 tag of the texts' language."""
    raw: str | None = None
    """The folder of the raw documents, relative to this file, where it is at hand."""
    annotators: dict[Name, AnnotatorEntry] = {}
    """Who made the layers, by name."""


def find(start: Path) -> Path:
    """The corpus folder around a path: the path itself, a folder above, or `corpus/data` below one of them.

    Raises:
        CorpusNotFound: If there is none.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        for candidate in (folder, folder / "corpus" / "data"):
            if (candidate / FILE).is_file():
                return candidate
    raise CorpusNotFound(
        f"no {FILE} here, in a folder above, or in corpus/data",
        path=start,
        help="Name a corpus, or make one with `annotator init DIR`",
    )


def read(folder: Path) -> Manifest:
    """What the folder's `corpus.toml` says.

    Raises:
        CorpusNotFound: If there is none.
        InputRefused: If it is not TOML, or does not say what it must.
    """
    path = folder / FILE
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        raise CorpusNotFound(
            f"there is no {FILE}", path=folder, help="Name a corpus, or make one with `annotator init DIR`"
        ) from error
    except UnicodeDecodeError as error:
        raise InputRefused.by(codes.MANIFEST.finding(f"not UTF-8: {error.reason}", file=FILE), folder) from error
    except tomllib.TOMLDecodeError as error:
        raise InputRefused.by(codes.MANIFEST.finding(f"not TOML: {error}", file=FILE), folder) from error
    except (OSError, RecursionError) as error:
        raise InputRefused.by(codes.MANIFEST.finding(f"cannot be read: {error}", file=FILE), folder) from error
    try:
        return Manifest.model_validate(table, by_name=False, by_alias=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputRefused.by(codes.MANIFEST.finding(f"{place}: {first['msg']}", file=FILE), folder) from error


def add_annotator(
    store: Store, name: str, kind: Literal["person", "rule", "model"], provenance: str | None = None
) -> bool:
    """Declares who makes a layer, leaving every comment and blank of `corpus.toml` as it is; says whether it was new.

    Raises:
        CorpusNotFound: If the folder has no `corpus.toml`.
        InputRefused: If `corpus.toml` is not as it must be, the name is not safe, or it is declared as another kind.
        StoreBusy: If somebody else has changed the file meanwhile.
        StoreFailed: If the file system refuses.
    """
    import tomlkit

    check_name(name)
    declared = read(store.folder).annotators.get(name)
    if declared is not None:
        if declared.kind != kind:
            raise InputRefused.by(
                codes.MANIFEST.finding(f"annotator {name} is declared as a {declared.kind}, not a {kind}", file=FILE),
                store.folder,
            )
        return False
    data = store.read_bytes(FILE) or b""
    document = tomlkit.parse(data.decode("utf-8"))
    entry = tomlkit.table()
    entry.add("kind", kind)
    if provenance is not None:
        entry.add("provenance", provenance)
    annotators = document.setdefault("annotators", tomlkit.table(is_super_table=True))
    if isinstance(annotators, tomlkit.items.InlineTable):
        inline = tomlkit.inline_table()
        inline.update(entry.unwrap())
        annotators[name] = inline
    else:
        annotators[name] = entry
    store.write_bytes(FILE, document.as_string().encode("utf-8"), mark_of(data))
    return True


def load_schema(path: str, folder: Path) -> LabelSchema:
    """The schema that `package.module:Class` names: installed, or a module beside `corpus.toml`.

    A schema's module is code, and is run by being imported; name only what you trust.

    Raises:
        SchemaUnavailable: If the module cannot be imported, or the class is not a schema.
    """
    module_name, _, class_name = path.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise _failing(error, path) from error
        module = _import_beside(module_name, path, folder)
    except (Exception, SystemExit) as error:
        raise _failing(error, path) from error
    cls = getattr(module, class_name, None)
    if not isinstance(cls, type) or not issubclass(cls, LabelSchema) or cls is LabelSchema:
        raise SchemaUnavailable(
            f"{class_name} in {module_name} is not a class that derives from LabelSchema",
            path=path,
            code=codes.SCHEMA.code,
            help=codes.SCHEMA.help,
        )
    return cls()


class _FromBytes(ExecutionLoader):
    """Imports a module from bytes that were read already.

    What is run is what was read, and nothing else: a compiled form that lies beside the module, as git may deliver one,
    is neither used nor written.
    """

    def __init__(self, file: Path, data: bytes) -> None:
        self._file = file
        self._data = data

    def get_filename(self, fullname: str) -> str:
        """The module's file."""
        return str(self._file)

    def get_source(self, fullname: str) -> str:
        """The module's text."""
        return decode_source(self._data)


def _import_beside(module_name: str, path: str, folder: Path) -> ModuleType:
    """Imports a module file that lies beside `corpus.toml`, under a name of its own so that corpora do not mix."""
    file = folder / f"{module_name}.py"
    data = Store(folder).read_bytes(file.name) if "." not in module_name else None
    if data is None:
        raise SchemaUnavailable(
            f"there is no module {module_name}", path=path, code=codes.SCHEMA.code, help=codes.SCHEMA.help
        )
    # A module that has been changed is another one; what was imported from it before stays as it was.
    key = digest(b"\0".join((os.fsencode(file.resolve()), data)))
    unique = f"_corpus_schema_{key[:32]}_{module_name}"
    if unique in sys.modules:
        return sys.modules[unique]
    loader = _FromBytes(file, data)
    spec = importlib.util.spec_from_file_location(unique, file, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[unique] = module
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[unique]
        raise _failing(error, file) from error
    return module


def _failing(error: BaseException, path: Path | str) -> SchemaUnavailable:
    """What is said of a schema's module that raises when it is imported."""
    what = str(error) if isinstance(error, SchemaError) else f"the module fails when imported: {described(error)}"
    return SchemaUnavailable(what, path=path, code=codes.SCHEMA.code, help=codes.SCHEMA.help)
