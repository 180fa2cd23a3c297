"""Pages from templates: every value that is written into one is escaped, and every character in it has a picture."""

from __future__ import annotations

import re
import shutil
import unicodedata
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from corpus.report import addresses
from corpus.stand_ins import visible
from corpus.wording import counted

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
"""What a page may load: the site's own scripts, styles and pictures, and nothing else."""


class Press:
    """Writes the pages of one site into a folder.

    Args:
        folder: The root of the site.
        shared: What every template may use, by name.
    """

    def __init__(self, folder: Path, shared: dict[str, Any]) -> None:
        self.folder = folder
        self.pages = 0
        """How many pages have been written."""
        self._environment = Environment(
            loader=PackageLoader("corpus.report"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["number"] = "{:,}".format
        self._environment.filters["figure"] = _figure
        self._environment.filters["named"] = _named
        self._environment.filters["density"] = _density
        self._environment.filters["share"] = _share
        self._environment.filters["counted"] = counted
        self._environment.filters["clipped"] = clipped
        self._environment.filters["coded"] = coded
        self._environment.globals.update(shared, policy=POLICY, addresses=addresses)

    def share(self, **more: Any) -> None:
        """Gives all templates from now on something more."""
        self._environment.globals.update(more)

    def page(self, path: str, template: str, **about: Any) -> None:
        """Writes a page.

        Args:
            path: Where it is, from the root of the site.
            template: The name of its template, without `.html`.
            about: What the template needs.
        """
        text = self._environment.get_template(f"{template}.html").render(
            root=addresses.to_root(path), here=path, **about
        )
        # Stand-ins are none of the characters that HTML knows, so all of them are put in at once.
        self.write(path, visible(text) + "\n")
        self.pages += 1

    def write(self, path: str, text: str) -> None:
        """Writes a file of the site as UTF-8."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")

    def copy_static(self) -> None:
        """Copies the styles and scripts."""
        source = resources.files("corpus.report") / addresses.STATIC
        target = self.folder / addresses.STATIC
        target.mkdir()
        for file in source.iterdir():
            if file.is_file():
                with resources.as_file(file) as path:
                    shutil.copyfile(path, target / file.name)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _named(text: str) -> str:
    """The text of a link: one that nobody could see or hear is told in words."""
    if text and (text[0].isalnum() or text[-1].isalnum()):
        return text
    return text if any(unicodedata.category(letter)[0] in "LNPS" for letter in visible(text)) else "(blank)"


def _density(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def coded(text: str) -> Markup:
    """A text in which what stands between two backquotes is shown as code, and everything else as it is."""
    pieces = re.split(r"`([^`\n]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )


@lru_cache(maxsize=4096)
def weight_of(text: str) -> int:
    """How many bytes a text takes in a page."""
    return len(escape(text).encode("utf-8", "replace"))


def clipped(text: str, limit: int = 200) -> str:
    """A text of at most so many characters, with `…` for what is left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
