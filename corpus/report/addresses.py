"""Where each page of the site is: paths from its root, always with `/`.

Every name that goes in is safe in a file name and in an address: the models of documents, entities and annotations
allow letters, digits, `.`, `_` and `-` only, and the store refuses layers that are called otherwise. Within a folder
the beginning of a name says what the page is, so that no two pages can meet.
"""

from __future__ import annotations

OVERVIEW = "index.html"
LAYERS = "layers.html"
SCHEMA = "schema.html"
JSON_SCHEMA = "schema.json"
SEARCH = "search.html"
STATIC = "static"
CHARTS = "charts"
INDEX = "index"
"""The folder of the search's index."""


def listing(kind: str, part: int = 1) -> str:
    """The list of all documents, entities or claims."""
    return f"{kind}.html" if part == 1 else f"{kind}-{part}.html"


def text(document: str, layer: str | None, part: int = 1) -> str:
    """A document's text with a layer's annotations, or without any."""
    about = "text" if layer is None else f"in-{layer}"
    return f"documents/{document}/{about}.html" if part == 1 else f"documents/{document}/part-{part}-{about}.html"


def comparison(document: str, part: int = 1) -> str:
    """A document's layers side by side."""
    return f"documents/{document}/beside.html" if part == 1 else f"documents/{document}/beside-{part}.html"


def entity(name: str, part: int = 1) -> str:
    """An entity with its mentions."""
    return f"entities/{name}.html" if part == 1 else f"entities/more/{part}-{name}.html"


def mark(annotation: str) -> str:
    """The anchor of an annotation in the text."""
    return f"a-{annotation}"


def details(annotation: str) -> str:
    """The anchor of an annotation in the list below the text."""
    return f"d-{annotation}"


def block(start: int) -> str:
    """The anchor of the block of text that begins at a code point."""
    return f"b-{start}"


def claim(name: str) -> str:
    """The anchor of a claim."""
    return f"c-{name}"


def label(name: str) -> str:
    """The anchor of a label in the schema."""
    return f"l-{name}"


def to_root(page: str) -> str:
    """How a page leads to the site's root: `""`, or `../` for each folder that it is in."""
    return "../" * page.count("/")
