"""How a corpus is cited: its own CITATION.cff, or one made from what corpus.toml says."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from corpus.corpus import Corpus
from corpus.errors import InputRefused
from corpus.manifest import FILE

CITATION_FILE = "CITATION.cff"
"""The file's name, which citation managers look for."""

CODE = "E-CITATION"

_BRACKET = re.compile(r"[][{}]")
_DEEPEST = 100
_NEEDED = ("cff-version", "message", "title", "authors")
_NAMES = ("given-names", "name-particle", "family-names", "name-suffix")


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation is made of."""

    text: str
    """The file, as it is."""
    title: str
    authors: Sequence[str]
    date: datetime.date | None
    """The day of release, where it is stated."""

    def sentence(self, version: str) -> str:
        """The citation in one line."""
        year = f" ({self.date.year})" if self.date else ""
        return f"{', '.join(self.authors)}{year}. {self.title}, version {version}."


def citation_of(corpus: Corpus, *, draft: bool = False) -> Citation:
    """How a corpus is cited.

    Args:
        corpus: The corpus.
        draft: Whether its CITATION.cff may be of another version than the corpus.

    Raises:
        InputRefused: If its CITATION.cff is not one, or is of another version than corpus.toml.
    """
    import yaml  # type: ignore[import-untyped]

    about = corpus.manifest
    data = corpus.store.read_bytes(CITATION_FILE)
    if data is None:
        return _made(corpus)
    try:
        text = data.decode("utf-8")
        # The parser takes the square of the depth, and has no end of its own.
        depths = accumulate(1 if bracket in "[{" else -1 for bracket in _BRACKET.findall(text))
        if max(depths, default=0) > _DEEPEST:
            raise _refused(corpus, f"it nests more than {_DEEPEST} deep")
        content = yaml.safe_load(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise _refused(corpus, f"it is not YAML in UTF-8: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise _refused(corpus, "it is no mapping")
    missing = [name for name in _NEEDED if not content.get(name)]
    if missing:
        raise _refused(corpus, f"it lacks {', '.join(missing)}")
    version = content.get("version")
    if version is not None and str(version) != about.version and not draft:
        raise _refused(corpus, f"it is of version {version}, and {FILE} of version {about.version}", "Make them agree")
    released = content.get("date-released")
    return Citation(
        text,
        str(content["title"]),
        _authors(corpus, content["authors"]),
        released if isinstance(released, datetime.date) else None,
    )


def _authors(corpus: Corpus, authors: object) -> list[str]:
    """The names of people and of others."""
    names = []
    for each in authors if isinstance(authors, list) else ():
        if isinstance(each, Mapping):
            person = " ".join(str(each[name]) for name in _NAMES if each.get(name))
            names.append(person or str(each.get("name") or each.get("alias") or ""))
    if not names or not all(names):
        raise _refused(corpus, "an author has no name")
    return names


def _made(corpus: Corpus) -> Citation:
    from corpus.card_head import as_yaml

    about = corpus.manifest
    title, author = about.title or about.name, f"The authors of {about.name}"
    content = {
        "cff-version": "1.2.0",
        "message": "If you use this corpus, please cite it with its version.",
        "type": "dataset",
        "title": title,
        "version": about.version,
        "authors": [{"name": author}],
    }
    return Citation(as_yaml(content), title, [author], None)


def _refused(corpus: Corpus, what: str, help: str = "") -> InputRefused:
    return InputRefused(what, path=corpus.folder / CITATION_FILE, code=CODE, help=help or "See the CFF 1.2.0 format")
