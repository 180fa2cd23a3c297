"""A new corpus: the files that make a folder one, each with a word on what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from corpus import codes, manifest
from corpus.errors import CorpusExists, InputRefused
from corpus.manifest import Manifest
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS, WORK, Store

DEFAULT_SCHEMA = "schemas.security:SecuritySchema"
"""The schema that a corpus gets where none is named: the one of the bundled corpus."""

_GIT_ATTRIBUTES = """\
# Digests are taken over the bytes of a text, and a record is a line: git may not touch a line ending here. Two sides
# are merged by annotation, in a clone that has been told how: annotator merge-driver --install
*.jsonl text eol=lf merge=annotator
*.toml text eol=lf
corpus.toml text eol=lf merge=annotator
*.md text eol=lf
"""

_GIT_IGNORE = f"""\
# Drafts and timings of whoever works here; no part of the corpus.
/{WORK}/
# What the writer leaves when it is stopped between a temporary file and its rename.
.*.tmp
"""

_README = """\
# {title}

What a reader must know before using this corpus. Replace what stands in brackets.

## What it is for

[Which question the corpus answers, and which it must not be used for.]

## The texts

[Where they come from, by whom and when they were written, how they were chosen, in which languages.]

## The labels

The schema is `{schema}`. [Where the guidelines are, and in which version they were followed.]

## Who annotated

[People, rules and models, each as an annotator in `corpus.toml`: how they were trained or prompted, what they
were paid, how their work was checked, how far they agree.]

## Licences

Annotations: {licence}. Texts: {text_licence}.

## Known limits

[What is missing, one-sided or uncertain.]
"""

_CHANGELOG = """\
# Changelog

What changed in the corpus, by version: a major step changes what an annotation means, a minor one adds documents or
layers, a patch corrects.

## Unreleased

- The corpus is made.
"""


def create(
    folder: Path,
    *,
    name: str | None = None,
    schema: str = DEFAULT_SCHEMA,
    title: str | None = None,
    language: str | None = None,
    licence: str | None = None,
    text_licence: str | None = None,
    raw: str | None = None,
) -> list[str]:
    """Makes a folder a corpus, and gives the names of its new files. The name is the folder's where none is given.

    Files that are there already and hold something else are never replaced: then nothing is made.

    Raises:
        CorpusExists: If the folder is a corpus, or a file that a corpus needs is there already.
        InputRefused: If the name, the language or another value is not as it must be.
        SchemaUnavailable: If the schema cannot be imported.
        StoreFailed: If the file system refuses.
    """
    folder = folder.absolute()
    if (folder / manifest.FILE).exists():
        raise CorpusExists(
            "there is a corpus already",
            path=folder,
            help="Put documents into it with `annotator add`, or name another folder",
        )
    about = _about(
        name=name or folder.name,
        schema=schema,
        title=title,
        language=language,
        licence=licence,
        text_licence=text_licence,
        raw=raw,
    )
    manifest.load_schema(about.schema_path, folder, trusted=True)
    store = Store(folder)
    files = _files(about)
    new = []
    for file, content in files.items():
        there = store.read_bytes(file)
        if there is None:
            new.append(file)
        elif there != content:
            raise CorpusExists(
                "the file is there already, and is not what a new corpus begins with",
                path=folder / file,
                help="Move it elsewhere, or name another folder; nothing was made",
            )
    for file in new:
        store.write_bytes(file, files[file])
    store.make_folder(LAYERS)
    return new


def _about(**values: str | None) -> Manifest:
    given = {key: value for key, value in values.items() if value is not None}
    try:
        return Manifest.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise InputRefused(
            f"{field}: {first['msg']}, not {first['input']!r}",
            code=codes.MANIFEST.code,
            help=f"Give another one with --{field.replace('_', '-')}",
        ) from error


def _files(about: Manifest) -> Mapping[str, bytes]:
    """What each file begins with. `corpus.toml` comes last: a folder that is half made is not yet a corpus."""
    readme = _README.format(
        title=about.title or about.name,
        schema=about.schema_path,
        licence=about.licence or "[which]",
        text_licence=about.text_licence or "[which]",
    )
    return {
        DOCUMENTS: b"",
        ENTITIES: b"",
        CLAIMS: b"",
        "README.md": readme.encode(),
        "CHANGELOG.md": _CHANGELOG.encode(),
        ".gitattributes": _GIT_ATTRIBUTES.encode(),
        ".gitignore": _GIT_IGNORE.encode(),
        manifest.FILE: _toml(about).encode(),
    }


def _toml(about: Manifest) -> str:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("This file makes the folder a corpus. `annotator validate` checks what stands here."))
    document.add(tomlkit.nl())

    def put(key: str, value: str | None, *comments: str, example: str) -> None:
        """A key with its explanation above it; a comment with an example where there is no value yet."""
        for comment in comments:
            document.add(tomlkit.comment(comment))
        if value is None:
            document.add(tomlkit.comment(f"{key} = {tomlkit.item(example).as_string()}"))
        else:
            document.add(key, tomlkit.item(value))

    put("name", about.name, "Letters, digits, `.`, `_` and `-`.", example="")
    put("version", about.version, "Of the content, not of the schema. CHANGELOG.md says what changed.", example="")
    put("title", about.title, "What people call it.", example="Letters of a Village")
    document.add(tomlkit.nl())
    put(
        "schema",
        about.schema_path,
        "The labels: `package.module:Class`, installed, or a module beside this file.",
        "It is code, and is run when the corpus is opened.",
        example="",
    )
    put("gold", about.gold, "The layer that is published and that others are measured against.", example="gold")
    document.add(tomlkit.nl())
    put("licence", about.licence, "The SPDX name of the annotations' licence.", example="CC-BY-4.0")
    put("text_licence", about.text_licence, "What holds for the texts.", example="the rights remain their publishers'")
    put("language", about.language, "The BCP 47 tag of the texts' language.", example="en")
    put("raw", about.raw, "The folder of the raw files, relative to this file, where they are at hand.", example="raw")
    document.add(tomlkit.nl())
    document.add(tomlkit.comment("Who made the layers: one table for each, named as in the layers' headers."))
    document.add(tomlkit.comment("[annotators.anna]"))
    document.add(tomlkit.comment('kind = "person"                  # or "rule", or "model"'))
    document.add(tomlkit.comment('provenance = "trained on the guidelines 1.0, checked by Ben"'))
    return document.as_string()
