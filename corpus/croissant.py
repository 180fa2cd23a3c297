"""The description of a dataset in Croissant 1.0, croissant.json: its files with their digests, and every column.

It is plain JSON-LD, made from the columns that the tables have; no library is needed to write it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from corpus.columns import Classes, Column, ColumnType, Dtype, ListOf, Scalar, Struct
from corpus.facts import Facts
from corpus.markdown import one_line
from corpus.parquet import TableFile

CROISSANT_FILE = "croissant.json"

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

_CONTEXT: Mapping[str, Json] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the format's specification gives, word for word."""

_TYPES: dict[Dtype, str] = {
    "string": "sc:Text",
    "bool": "sc:Boolean",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "float64": "sc:Float",
}

Json = str | bool | Sequence["Json"] | Mapping[str, "Json"]


def croissant(facts: Facts) -> str:
    """The text of croissant.json."""
    about = facts.manifest
    title = one_line(about.title or about.name)
    content: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": title,
        "description": (
            f"{facts.tally.documents:,} documents with {facts.tally.annotations.total():,} annotations, labelled by "
            f"the schema {facts.schema.id}{'; without the texts' if facts.standoff else ''}."
        ),
        "conformsTo": CONFORMS_TO,
        "version": about.version,
        "license": about.licence or "No licence is stated.",
        "creator": [{"@type": "sc:Organization", "name": name} for name in facts.citation.authors],
        "citeAs": facts.citation.sentence(about.version),
        "keywords": ["span annotation", "standoff"],
    }
    if facts.citation.date is not None:
        content["datePublished"] = facts.citation.date.isoformat()
    languages = sorted({about.language, *facts.tally.languages} - {None}, key=str)
    if languages:
        content["inLanguage"] = [str(language) for language in languages]
    content["distribution"] = [_file(table) for table in facts.tables]
    content["recordSet"] = [_record_set(table) for table in facts.tables]
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _file(table: TableFile) -> dict[str, Json]:
    return {
        "@type": "cr:FileObject",
        "@id": table.file,
        "name": table.file,
        "description": f"The configuration {table.name}.",
        "contentUrl": table.file,
        "contentSize": f"{table.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": table.sha256,
    }


def _record_set(table: TableFile) -> dict[str, Json]:
    fields = [(column, _field(column, table)) for column in table.columns]
    deep = [f"{column.name} ({_help(column)})" for column, field in fields if field is None]
    more = f" In the file, but deeper than this format goes: {', '.join(deep)}." if deep else ""
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.help + more,
        "field": [field for _, field in fields if field is not None],
    }


def _field(column: Column, table: TableFile, within: Column | None = None) -> Mapping[str, Json] | None:
    """A column, or one value of the structs in a column; nothing where readers of the format would not get at it.

    They follow one struct, or one list of structs: what lies deeper is only told of.
    """
    name = "/".join(each.name for each in (table, within, column) if each is not None)
    inner, depth = _innermost(column.type)
    field: dict[str, Json] = {"@type": "cr:Field", "@id": name, "name": name, "description": _help(column)}
    if depth:
        field["repeated"] = True
    if isinstance(inner, Struct):
        below = [_field(each, table, column) for each in inner.columns] if within is None and depth < 2 else []
        field["subField"] = [each for each in below if each is not None]
        return field if field["subField"] else None
    source: dict[str, Json] = {
        "fileObject": {"@id": table.file},
        "extract": {"column": column.name if within is None else within.name},
    }
    if within is not None:
        source["transform"] = {"jsonPath": column.name}
    field["dataType"] = "sc:Integer" if isinstance(inner, Classes) else _TYPES[inner.dtype]
    field["source"] = source
    return field


def _innermost(type_: ColumnType) -> tuple[Scalar | Classes | Struct, int]:
    """What lists hold in the end, and how many lists there are around it."""
    depth = 0
    while isinstance(type_, ListOf):
        type_, depth = type_.of, depth + 1
    return type_, depth


def _help(column: Column) -> str:
    """What a column holds, with its closed list and with the values of a struct."""
    inner, _ = _innermost(column.type)
    told = [column.help]
    if isinstance(inner, Classes):
        told.append(f"One of, counted from 0: {json.dumps(inner.names, ensure_ascii=False)}.")
    if isinstance(inner, Struct):
        told.extend(f"{each.name}: {_help(each)}" for each in inner.columns)
    return " ".join(filter(None, told))
