"""The head of a dataset's card, which the Hub and `datasets` read. No value is formatted into its text by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from corpus.arrow import features
from corpus.facts import Facts
from corpus.parquet import SPLIT, TableFile
from corpus.tables import DOCUMENTS

if TYPE_CHECKING:
    from huggingface_hub import DatasetCardData

LICENCE_FILE = "LICENSE"

HUB_LICENCES = frozenset(
    {
        "apache-2.0", "bsd-3-clause", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0",
        "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-permissive-1.0",
        "cdla-permissive-2.0", "cdla-sharing-1.0", "gpl-3.0", "mit", "odbl", "odc-by", "pddl", "unlicense",
    }
)  # fmt: skip
"""Licences that the Hub knows by their SPDX names in small letters; any other is named in a field of its own."""

_SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
)

_CREATORS = {"person": "expert-generated", "rule": "machine-generated", "model": "machine-generated"}
"""The Hub's word for each kind of annotator; it has none for people who are neither experts nor a crowd."""


def head_text(facts: Facts) -> str:
    """The head as it stands in the card."""
    content = head(facts).to_dict()  # type: ignore[no-untyped-call]
    return as_yaml(content)


def head(facts: Facts) -> DatasetCardData:
    """What the card's head says."""
    from datasets import DatasetInfo, SplitInfo
    from datasets.info import DatasetInfosDict
    from datasets.splits import SplitDict
    from huggingface_hub import DatasetCardData

    about = facts.manifest
    tags = sorted({about.language, *facts.tally.languages} - {None}, key=str)
    languages = sorted({tag.partition("-")[0].lower() for tag in tags if tag})
    data = DatasetCardData(
        language=languages or None,
        language_bcp47=tags if any("-" in tag for tag in tags if tag) else None,
        annotations_creators=_creators(facts),
        size_categories=[next((name for most, name in _SIZES if facts.tally.documents < most), "100M<n<1B")],
        source_datasets=["original"],
        task_categories=["token-classification"],
        pretty_name=about.title or about.name,
        tags=[
            "span-annotation",
            "standoff",
            *(["without-text"] if facts.standoff else []),
            *(["draft"] if facts.draft else []),
        ],
        configs=[_config(table, about.version) for table in facts.tables],
    )
    for name, value in _licence(about.licence, about.text_licence).items():
        data[name] = value
    infos = {
        table.name: DatasetInfo(
            features=features(table.columns),
            splits=SplitDict({SPLIT: SplitInfo(name=SPLIT, num_bytes=table.memory, num_examples=table.rows)}),
            download_size=table.size,
            dataset_size=table.memory,
        )
        for table in facts.tables
    }
    DatasetInfosDict(infos).to_dataset_card_data(data)
    return data


def _config(table: TableFile, version: str) -> dict[str, object]:
    """How a table is found.

    `datasets` keeps what it has read under a key made from these values, and not from the file: the digest among them
    makes it read a changed table anew.
    """
    return {
        "config_name": table.name,
        **({"default": True} if table.name == DOCUMENTS else {}),
        "version": version,
        "description": f"{table.help} SHA-256 of the file: {table.sha256}",
        "data_files": [{"split": SPLIT, "path": table.file}],
    }


def _creators(facts: Facts) -> list[str]:
    kinds = {
        facts.manifest.annotators[name].kind for name in facts.tally.annotators if name in facts.manifest.annotators
    }
    return sorted({_CREATORS[kind] for kind in kinds}) or ["no-annotation"]


def _licence(licence: str | None, text_licence: str | None) -> dict[str, str]:
    """The fields that name the licence; texts under terms of their own make it one that the Hub has no name for."""
    known = (licence or "").lower()
    if text_licence is None or text_licence == licence:
        if known in HUB_LICENCES:
            return {"license": known}
        if not known:
            return {"license": "unknown"}
        name = licence or ""
    else:
        name = f"{licence or 'unstated'} annotations, texts apart"
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")
    return {"license": "other", "license_name": slug or "other", "license_link": LICENCE_FILE}


def as_yaml(content: Mapping[str, object]) -> str:
    """A mapping as YAML that both of its versions read alike: 1.1 (Python) and 1.2 (the Hub).

    Text that either would take for a number, a date or a truth value is quoted, and text with anything but printable
    characters is escaped. PyYAML by itself knows only what 1.1 would do, and loses U+0085.
    """
    import yaml  # type: ignore[import-untyped]

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        """Quotes for both versions, and writes a value that occurs twice out twice."""

        def ignore_aliases(self, data: object) -> bool:
            return True

        def represent_text(self, text: str) -> object:
            return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')

    number = re.compile(r"^(?:0o[0-7]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$")
    Dumper.add_implicit_resolver("tag:yaml.org,2002:float", number, list("-+.0123456789"))
    Dumper.add_representer(str, Dumper.represent_text)
    text: str = yaml.dump(dict(content), Dumper=Dumper, sort_keys=False, allow_unicode=True)
    return text
