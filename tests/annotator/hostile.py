"""A corpus in which every text is an attack on the terminal or on a widget, and what of it may not be in an output."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from corpus.layers import LayerFile
from corpus.stand_ins import STAND_INS
from corpus.store import Store
from schemas import Claim, Document, Entity, LabelSchema, LayerHeader, Status

ESCAPES = {
    "clear": "\x1b[2J",
    "colour": "\x1b[5;7;31m",
    "title": "\x1b]0;taken\x07",
    "clipboard": "\x1b]52;c;aGk=\x1b\\",
    "link": "\x1b]8;;http://x\x1b\\here\x1b]8;;\x1b\\",
    "query": "\x1bP+q544e\x1b\\",
    "c1 colour": "\x9b31m",
    "c1 title": "\x9d0;taken\x9c",
    "c1 query": "\x90q\x9c",
    "backspace": "\x08\x08\x08",
    "lines": "\r\r\n",
    "pages": "\x0b\x0c\x85",
    "delete": "\x7f",
    "nothing": "\x00",
    "override": "\u202eevil\u202c",
    "isolate": "\u2066alone\u2069",
    "separators": "\u2028\u2029",
    "unseen": "\ufeff\U000e0041\U000e007f",
}
"""What a terminal would act on, by what it would do."""

MARKUP = {
    "bold": "[bold]",
    "close": "[/]",
    "half": "[/",
    "closing": "[/bold]",
    "click": "[@click=app.quit]x[/]",
    "push": "[@click=app.push_screen('x')]x",
    "call": "[@click=app.evil('../x')]x",
    "link": "[link=https://x.example]x[/link]",
    "colour": "[red on blue]x",
    "variable": "[$primary]",
    "sum": "[b + c [#fff]",
    "list": "[true, false]",
    "escaped": "\\[bold]",
    "template": "$text ${x} {x!r} %s",
    "emoji": ":smiley: [blink]",
}
"""What a widget of Rich or Textual would read as markup."""

PAYLOADS = [f"q{payload}j" for payload in (*ESCAPES.values(), *MARKUP.values())]
"""All of them, between two letters, so that each can be told from what a terminal is sent anyway."""

ALL = " ".join(PAYLOADS)

GROUPS = [" ".join(PAYLOADS[first : first + 11]) for first in range(0, len(PAYLOADS), 11)]
"""All of them in a few texts that are short enough for a line."""

LONE_SURROGATE = "q\udc9bj"
"""A byte of a file name that is no UTF-8, as Python has it; no text in a file can hold one."""

_SCHEMA = f'''\
"""A schema whose author is a stranger."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from schemas import Annotation, EntityId, Extent, Finding, LabelSchema, Ref, Rule, Severity

RULE = Rule("H1", Severity.WARNING, {ALL!r}, {ALL!r})


class Thing(Annotation):
    {ALL!r}

    sort: Literal[{", ".join(map(repr, PAYLOADS))}]
    {ALL!r}
    remark: str | None = None
    {ALL!r}
    entity: Annotated[str, EntityId()] | None = None
    {ALL!r}
    part: Extent | None = None
    {ALL!r}
    others: tuple[Annotated[str, Ref("thing")], ...] = ()
    {ALL!r}
    words: tuple[str, ...] = ()
    {ALL!r}


class HostileSchema(LabelSchema, version="1.0.0"):
    labels = (Thing,)
    entity_kinds: ClassVar[tuple[str, ...]] = ("thing", *{PAYLOADS!r})
    rules: ClassVar[tuple[Rule, ...]] = (RULE,)

    def check(self, document, annotations):
        for annotation in annotations:
            yield RULE.finding(
                f"“{{annotation.text}}” [/] \\x1b]0;taken\\x07", annotation=annotation.id,
                start=annotation.start, end=annotation.end,
            )


HostileSchema.__doc__ = {ALL!r}
'''

MODULE = "stranger"


def schema_module(folder: Path) -> Path:
    """Writes the schema's module into a folder, which must be on the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{MODULE}.py"
    path.write_text(_SCHEMA, encoding="utf-8")
    return path


def write_corpus(folder: Path, module: ModuleType, texts: Sequence[str] = GROUPS) -> Path:
    """Writes a corpus with a document for each of some texts, two layers, entities, claims and guidelines."""
    schema: LabelSchema = module.HostileSchema()
    folder.mkdir(parents=True)
    (folder / "corpus.toml").write_text(
        f'name = "hostile"\nschema = "{MODULE}:HostileSchema"\ngold = "anna"\n'
        f"title = {toml(ALL)}\nlicence = {toml(ALL)}\ntext_licence = {toml(ALL)}\nlanguage = {toml(ALL)}\n"
        + "".join(f'[annotators.{name}]\nkind = "person"\nprovenance = {toml(ALL)}\n' for name in ("anna", "ben")),
        encoding="utf-8",
    )
    store = Store(folder)
    documents = [
        Document.from_bytes(
            f"p{number:02}",
            text_with(payload).encode(),
            title=payload,
            publisher=payload,
            source=payload,
        )
        for number, payload in enumerate(texts)
    ]
    store.write_documents(documents)
    store.write_entities(
        Entity(
            id=f"e{number:02}",
            kind="thing" if number else PAYLOADS[0],
            name=payload,
            aliases=(f"{payload} too",),
            note=payload,
        )
        for number, payload in enumerate(texts)
    )
    store.write_claims(
        [
            Claim.model_validate(
                {
                    "id": f"c{number:02}",
                    "proposition": payload,
                    "note": payload,
                    "positions": [{"document": f"p{number:02}", "stance": "asserts", "note": payload}],
                }
            )
            for number, payload in enumerate(texts)
        ]
    )
    for layer in ("anna", "ben"):
        for number, document in enumerate(documents):
            store.write_layer(_layer(schema, layer, document, texts[number], f"e{number:02}"))
    (folder / "GUIDELINES.md").write_text(f"# `thing`\n\n{ALL}\n\n# `thing.remark`\n\n- {ALL}\n", encoding="utf-8")
    decided = [
        {
            "document": f"p{number:02}",
            "start": 0,
            "end": len(payload),
            "text": payload,
            "decision": {"label": "thing", "values": {"remark": payload}},
            "rule": payload,
            "why": payload,
        }
        for number, payload in enumerate(texts)
    ]
    (folder / "decided.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in decided), encoding="utf-8")
    return folder


def text_with(payload: str) -> str:
    """The text of a document that a payload is all about."""
    return f"{payload} said it. Then {payload} came again, {payload} and more.\nThe end of {payload}\n"


def make_publishable(folder: Path) -> Path:
    """Gives a corpus what the Hub takes only in its own words: a language, a version, and ids that are used once."""
    manifest = folder / "corpus.toml"
    lines = manifest.read_text(encoding="utf-8").split("\n")
    kept = [line for line in lines if not line.startswith("language")]
    manifest.write_text("\n".join(('version = "1.0.0"', 'language = "en"', *kept)), encoding="utf-8")
    for path in folder.glob("layers/*/*.jsonl"):
        text = path.read_bytes().decode()
        for name in ("t1", "t2"):
            text = text.replace(f'"{name}"', f'"{name}{path.stem}"')
        path.write_bytes(text.replace('"status":"flagged"', '"status":"done"').encode())
    return folder


def _layer(schema: LabelSchema, layer: str, document: Document, payload: str, entity: str) -> LayerFile:
    header = LayerHeader(
        document=document.id,
        sha256=document.sha256,
        schema_id=schema.id,
        annotator=layer,
        status=Status.FLAGGED,
        comment=payload,
    )
    second = document.text.index(payload, 1)
    third = document.text.index(payload, second + 1)
    records: list[dict[str, Any]] = [
        {"id": "t1", "start": 0, "end": len(payload), "sort": PAYLOADS[1], "entity": entity, "words": [payload]},
        {"id": "t2", "start": second, "end": second + len(payload), "sort": PAYLOADS[0], "remark": payload,
         "part": [[third, third + len(payload)]], "others": ["t1"]},
    ]  # fmt: skip
    if layer == "ben":
        records[1] |= {"sort": PAYLOADS[2], "remark": f"{payload} otherwise"}
    made = [
        schema.annotation.validate_python(
            {"label": "thing", "text": document.text[each["start"] : each["end"]], **each}
        )
        for each in records
    ]
    return LayerFile(layer, header, tuple(made))


def toml(text: str) -> str:
    """A text as a string of TOML."""
    plain = (
        char if char.isascii() and char.isprintable() and char not in '"\\\\' else f"\\U{ord(char):08x}"
        for char in text
    )
    return '"' + "".join(plain) + '"'


FORBIDDEN = frozenset(STAND_INS) - {"\n"}
"""The code points of which none may be in what a command writes."""


def leaks(output: str) -> list[str]:
    """What must not be in an output: whole payloads as they are, and single characters that a terminal acts on."""
    found = [payload for payload in PAYLOADS[: len(ESCAPES)] if payload in output]
    return found + sorted({char for char in output if char in FORBIDDEN})
