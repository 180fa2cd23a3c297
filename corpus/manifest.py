"""`corpus.toml`: what a corpus is called, which schema it follows, who annotated it. It marks the corpus's folder."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from corpus import codes, modules, place
from corpus.errors import CorpusNotFound, InputRefused, SchemaUnavailable, StoreFailed
from corpus.rule_faults import described
from corpus.store import Store, check_name, mark_of
from schemas import LabelSchema, SchemaError
from schemas.document import Name

FILE = place.FILE


_SIGNALLED = (129, 143)
"""The codes with which SIGHUP and SIGTERM end a program; whatever module runs then is not at fault."""


class AnnotatorEntry(BaseModel):
    """Who or what made a layer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["person", "rule", "model"]
    """A person, a rule that was written down, or a model."""
    provenance: str | None = None
    """By which procedure, with which version, checked by whom."""
    rules: bool = True
    """Whether the schema's rules hold for what they made; `false` for a baseline that was made without knowing them."""


def _module_and_class(path: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", path):
        raise PydanticCustomError("schema_path", "it names a module and a class, as `schemas.security:SecuritySchema`")
    return path


class Manifest(BaseModel):
    """What `corpus.toml` says."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    name: Name
    """The corpus's name."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] = "0.1.0"
    """The semantic version of its content."""
    title: str | None = None
    """What people call it."""
    schema_path: Annotated[str, Field(alias="schema"), AfterValidator(_module_and_class)]
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
    if (folder := place.around(start)) is not None:
        return folder
    raise CorpusNotFound(
        f"no {FILE} here, in a folder above, or in corpus/data",
        path=start.absolute(),
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
        data = Store(folder).read_bytes(FILE)
    except StoreFailed as error:
        raise InputRefused(error.what, path=path, code=error.code, help=error.help) from error
    if data is None:
        raise CorpusNotFound(
            f"there is no {FILE}", path=folder, help="Name a corpus, or make one with `annotator init DIR`"
        )
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputRefused.by(codes.MANIFEST.finding(f"not UTF-8: {error.reason}", file=FILE), folder) from error
    except ValueError as error:
        # A number of thousands of digits is refused by `int`, and not as a fault of the TOML.
        raise InputRefused.by(codes.MANIFEST.finding(f"not TOML: {error}", file=FILE), folder) from error
    except RecursionError as error:
        raise InputRefused.by(codes.MANIFEST.finding("nests too deep", file=FILE), folder) from error
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


def load_schema(path: str, folder: Path, *, trusted: bool = False) -> LabelSchema:
    """The schema that `package.module:Class` names: installed, or a module beside `corpus.toml`.

    A schema's module is code, and is run by being imported. One that lies beside `corpus.toml` is run only where the
    user trusts the corpus, or has named the schema themselves.

    Args:
        path: The schema.
        folder: The folder of the corpus.
        trusted: Whether the user named the schema, so that it needs no further trust.

    Raises:
        SchemaUntrusted: If the module lies beside `corpus.toml` and is not trusted; it was not run.
        SchemaUnavailable: If the module cannot be imported, or the class is not a schema.
        StoreFailed: If the module beside `corpus.toml` is a symbolic link, or cannot be read.
    """
    module_name, _, class_name = path.partition(":")
    try:
        module = modules.installed(module_name)
    except (Exception, SystemExit) as error:
        raise _failing(error, path) from error
    if module is None:
        module = _import_beside(module_name, path, folder, trusted=trusted)
    cls = getattr(module, class_name, None)
    if not isinstance(cls, type) or not issubclass(cls, LabelSchema) or cls is LabelSchema:
        raise SchemaUnavailable(
            f"{class_name} in {module_name} is not a class that derives from LabelSchema",
            path=path,
            code=codes.SCHEMA.code,
            help=codes.SCHEMA.help,
        )
    return cls()


def _import_beside(module_name: str, path: str, folder: Path, *, trusted: bool) -> ModuleType:
    found = modules.beside(module_name, folder)
    if found is None:
        raise SchemaUnavailable(
            f"there is no module {module_name}", path=path, code=codes.SCHEMA.code, help=codes.SCHEMA.help
        )
    if not trusted:
        from corpus import trust

        trust.require(path, found)
    try:
        return found.load()
    except (Exception, SystemExit) as error:
        raise _failing(error, found.file) from error


def _failing(error: BaseException, path: Path | str) -> SchemaUnavailable:
    """What is said of a schema's module that raises when it is imported."""
    inner: BaseException | None = error
    while inner is not None:
        # Python wraps what is raised while a class takes its names, so a signal may lie deeper.
        if isinstance(inner, SystemExit) and inner.code in _SIGNALLED:
            raise inner
        inner = inner.__cause__ or inner.__context__
    what = str(error) if isinstance(error, SchemaError) else f"the module fails when imported: {described(error)}"
    return SchemaUnavailable(what, path=path, code=codes.SCHEMA.code, help=codes.SCHEMA.help)
