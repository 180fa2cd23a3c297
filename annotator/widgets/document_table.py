"""The documents of a corpus as a table: how far each is, what is left to do, how long it took."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from annotator.display import safe
from annotator.standing import Standing
from annotator.timing import spoken
from annotator.widgets.document_list import SIGNS
from annotator.widgets.line_list import LineList, Piece
from schemas import Status

_LONGEST_NAME = 24
_NOT_KNOWN = "…"


class DocumentTable(LineList):
    """One row a document, in columns that have a head."""

    def __init__(self, id: str, *, has_differences: bool) -> None:
        """`has_differences` is whether there are layers beside to differ from."""
        super().__init__(id=id)
        self.has_differences = has_differences
        self.rows: list[Standing] = []
        self._width = 8

    def load(self, rows: Sequence[Standing], *, at: str | None = None) -> None:
        """Shows these documents, with the cursor on the one that is named, where it is among them."""
        self.rows = list(rows)
        longest = max((cell_len(safe(each.name)) for each in self.rows), default=0)
        self._width = min(max(longest, len("document")), _LONGEST_NAME)
        place = next((place for place, each in enumerate(self.rows) if each.name == at), 0)
        self.reload()
        self.show(place)

    @property
    def head(self) -> str:
        """What stands above the columns."""
        differences = f"{'differ':>8}" if self.has_differences else ""
        return f"   {'document':<{self._width}}{'marked':>8}{'left':>6}{differences}  {'time':<10}  title"

    @property
    def here(self) -> str | None:
        """The document that the cursor is on."""
        return self.rows[self.index].name if self.rows else None

    def count(self) -> int:
        """How many documents are shown."""
        return len(self.rows)

    def pieces(self, index: int) -> list[Piece]:
        """What stands in a document's row."""
        each = self.rows[index]
        progress = each.progress
        is_flagged = progress.status is Status.FLAGGED
        sign = SIGNS[progress.status] if progress.began else " "
        name = safe(each.name)
        name = name if cell_len(name) <= self._width else f"{name[: self._width - 1]}…"
        count = f"{progress.count:,}" if progress.began and progress.count >= 0 else ""
        left = _NOT_KNOWN if each.findings is None else f"{each.findings:,}" if each.findings else ""
        pieces = [
            (f" {sign} ", "line-list--bad" if is_flagged else ""),
            (name + " " * (self._width - cell_len(name)), ""),
            (f"{count:>8}", "line-list--dim"),
            (f"{left:>6}", "line-list--bad" if each.findings else "line-list--dim"),
        ]
        if self.has_differences:
            pieces.append((f"{f'{each.differences:,}' if each.differences else '':>8}", ""))
        pieces.append((f"  {spoken(each.seconds):<10}  ", "line-list--dim"))
        if is_flagged and progress.comment:
            pieces.append((f"{progress.comment}  ", "line-list--bad"))
        pieces.append((progress.document.title or "", "line-list--dim"))
        return pieces
