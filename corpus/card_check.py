"""The lint of a dataset's card: closed lists and patterns for what the Hub takes in silence, or refuses at a push."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from corpus.card_head import HUB_LICENCES
from corpus.consistency import TITLE as CONSISTENCY
from corpus.errors import StoreFailed
from corpus.parquet import SPLIT

CODE = "E-CARD"

TASK_CATEGORIES = frozenset(
    {
        "feature-extraction", "fill-mask", "question-answering", "sentence-similarity", "summarization",
        "table-question-answering", "table-to-text", "text-classification", "text-generation", "text-ranking",
        "text-retrieval", "token-classification", "translation", "zero-shot-classification", "multiple-choice", "other",
    }
)  # fmt: skip
"""The Hub's tasks that a corpus of texts may be for."""

SIZE_CATEGORIES = (
    "n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B",
    "100B<n<1T", "n>1T",
)  # fmt: skip

CREATORS = frozenset({"no-annotation", "crowdsourced", "expert-generated", "machine-generated", "found"})
"""Who may have made annotations, or texts."""

SECTIONS = ("Annotators", "How to load it", "Labels", CONSISTENCY, "Configurations", "Citation", "Licence")
"""What every card has a section on."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_BCP47 = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    r"(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[0-9A-WYZa-wyz](-[A-Za-z0-9]{2,8})+)*(-x(-[A-Za-z0-9]{1,8})+)?"
)
_SOURCE = re.compile(r"original|extended(\|[\w./-]+)?")
_LICENCE_NAME = re.compile(r"[a-z0-9.-]+")
_NAME = re.compile(r"[\w.-]+")

_NEEDED = (
    "annotations_creators", "configs", "dataset_info", "license", "pretty_name", "size_categories", "source_datasets",
    "task_categories",
)  # fmt: skip


def require_sound_card(folder: Path) -> None:
    """Refuses a build whose card says what the Hub does not know.

    Raises:
        StoreFailed: If it does; the message names each such thing.
    """
    from huggingface_hub import DatasetCard

    path = folder / "README.md"
    card = DatasetCard(path.read_text(encoding="utf-8"))
    content = card.data.to_dict()  # type: ignore[no-untyped-call]
    faults = [*card_faults(content, folder), *section_faults(card.text)]
    if faults:
        raise StoreFailed(
            f"the card is not one that the Hub takes: {'; '.join(faults)}",
            path="README.md",
            code=CODE,
            help="Nothing was replaced. What a card says comes from corpus.toml and the documents: correct it there",
        )


def card_faults(head: Mapping[str, object], folder: Path) -> Iterator[str]:
    """What is wrong with a card's head, in the order of its fields.

    Args:
        head: The head.
        folder: The build, whose files it names.
    """
    yield from (f"{name} is missing" for name in _NEEDED if not head.get(name))
    for name, known in (
        ("task_categories", TASK_CATEGORIES),
        ("size_categories", SIZE_CATEGORIES),
        ("annotations_creators", CREATORS),
        ("language_creators", CREATORS),
    ):
        for value in _listed(head, name):
            if value not in known:
                yield f"{name}: {value!r} is none of {', '.join(sorted(known))}"
    for name, pattern, what in (
        ("language", _LANGUAGE, "an ISO 639 code of two or three small letters"),
        ("language_bcp47", _BCP47, "a BCP 47 language tag"),
        ("source_datasets", _SOURCE, "`original` or `extended|NAME`"),
    ):
        for value in _listed(head, name):
            if not (isinstance(value, str) and pattern.fullmatch(value)):
                yield f"{name}: {value!r} is not {what}"
    yield from _licence_faults(head, folder)
    yield from _config_faults(head, folder)


def section_faults(body: str) -> Iterator[str]:
    """Which sections a card lacks, and which say nothing."""
    lines = body.splitlines()
    for name in SECTIONS:
        if (heading := f"## {name}") not in lines:
            yield f"the section {name} is missing"
            continue
        # The corpus's own README comes before, and may have a section of that name, too.
        place = len(lines) - lines[::-1].index(heading)
        after = (line for line in lines[place:] if line.strip())
        # A deeper heading is what a section may begin with.
        if next(after, "## ").startswith(("# ", "## ")):
            yield f"the section {name} says nothing"


def _listed(head: Mapping[str, object], name: str) -> list[object]:
    value = head.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _licence_faults(head: Mapping[str, object], folder: Path) -> Iterator[str]:
    licence, name, link = (head.get(each) for each in ("license", "license_name", "license_link"))
    if licence == "other":
        if not (isinstance(name, str) and _LICENCE_NAME.fullmatch(name)):
            yield f"license_name: {name!r} is not small letters, digits, `-` and `.`, which another licence needs"
        if not (isinstance(link, str) and (folder / link).is_file()):
            yield f"license_link: {link!r} is no file of the build"
    elif licence is not None and licence not in (*HUB_LICENCES, "unknown"):
        yield f"license: {licence!r} is no licence that the Hub knows; `other` has a name and a link of its own"


def _config_faults(head: Mapping[str, object], folder: Path) -> Iterator[str]:
    """Every configuration has a name that a path may have, one file that is there, and features; one is the default."""
    configs = [each for each in _listed(head, "configs") if isinstance(each, Mapping)]
    names = [each.get("config_name") for each in configs]
    described = [each.get("config_name") for each in _listed(head, "dataset_info") if isinstance(each, Mapping)]
    info = head.get("dataset_info")
    if isinstance(info, Mapping):
        described = [info.get("config_name", names[0] if names else None)]
    if sorted(map(str, names)) != sorted(map(str, described)):
        yield f"dataset_info: it is about {described}, and configs about {names}"
    if (number := sum(each.get("default") is True for each in configs)) != 1 and configs:
        yield f"configs: {number} of them are the default, not one"
    for name in names:
        if not (isinstance(name, str) and _NAME.fullmatch(name)) or names.count(name) > 1:
            yield f"configs: the name {name!r} cannot be that of a folder, or is there twice"
    for config in configs:
        for each in _listed(config, "data_files"):
            path = each.get("path") if isinstance(each, Mapping) else None
            if not isinstance(each, Mapping) or each.get("split") != SPLIT:
                yield f"configs: {config.get('config_name')} has another split than {SPLIT}"
            if not (isinstance(path, str) and (folder / path).is_file()):
                yield f"configs: {config.get('config_name')} names {path!r}, which is no file of the build"
