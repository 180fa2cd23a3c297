"""What a figure of agreement must at least be: `exact>=0.5`, `person.exact>=0.4`, `person.age.kappa>=0.6`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.agreement import Agreement
from corpus.errors import NameUnknown
from corpus.figures import FIELD_MEANINGS, MEANINGS, PairAgreement
from corpus.reliability import Figure

_FORM = "write FIGURE>=NUMBER, LABEL.FIGURE>=NUMBER or LABEL.FIELD.FIGURE>=NUMBER"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least that a figure may be, in each two layers that are compared."""

    label: str | None
    """None for all labels together."""
    field: str | None
    figure: str
    least: float

    @classmethod
    def parsed(cls, text: str) -> Threshold:
        """The threshold that is written so.

        Raises:
            ValueError: If it is not written like one, or there is no such figure; the message says what to write.
        """
        name, sign, number = text.partition(">=")
        parts = [part.strip() for part in name.split(".")]
        try:
            least = float(number)
        except ValueError:
            least = math.nan
        if not sign or not math.isfinite(least) or len(parts) > 3 or not all(parts):
            raise ValueError(f"{text!r} is no threshold; {_FORM}")
        figure = parts[-1]
        known = FIELD_MEANINGS if len(parts) == 3 else MEANINGS
        if figure not in known:
            raise ValueError(f"{text!r}: there is no figure {figure!r}; there is {', '.join(known)}")
        label = parts[0] if len(parts) > 1 else None
        return cls(label, parts[1] if len(parts) == 3 else None, figure, least)

    @property
    def name(self) -> str:
        """What it is about, as it was written."""
        return ".".join(part for part in (self.label, self.field, self.figure) if part is not None)

    def failures(self, agreement: Agreement) -> Iterator[str]:
        """In which two layers the figure is less, or undefined: what nobody can tell has not been reached.

        Raises:
            NameUnknown: If no such figure was made: of another label or field, or gamma where it was not asked for.
        """
        for pair in agreement.pairs:
            figure = self._figure(pair)
            among = f"({pair.first} and {pair.second})"
            if figure.value is None:
                yield f"{self.name} is undefined, not at least {self.least:g}: {figure.reason} {among}"
            elif figure.value < self.least:
                yield f"{self.name} is {figure.value:.4f}, not at least {self.least:g} {among}"

    def _figure(self, pair: PairAgreement) -> Figure:
        rows = [row.figures for row in pair.rows if row.label == self.label]
        if self.field is not None:
            rows = [row.figures for row in pair.fields if (row.label, row.field) == (self.label, self.field)]
        for figures in rows:
            if self.figure in figures:
                return figures[self.figure]
        raise NameUnknown(
            f"there is no figure {self.name} in this comparison", help="`--format csv` lists all there are"
        )
