"""Who said what about one thing, field by field, with the layers in columns."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from annotator.display import safe
from annotator.review import Review
from annotator.widgets.plain import content
from corpus.adjudication import MINE, Cluster

_NAME_WIDTH = 11
_SHORTEST = 8


class Comparison(Static):
    """Shows a cluster; fields in which the layers differ stand out."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)

    def load(self, review: Review, cluster: Cluster | None) -> None:
        """Shows what the layers say about one thing, or that nothing is left."""
        self.border_title = content(f"beside: {', '.join(review.layers)}")
        if cluster is None:
            self.update(Content(f"{len(review.queue)} differences left   > goes to the next"))
            return
        adjudication = review.adjudication
        difference = adjudication.difference(cluster)
        width = max(_SHORTEST, (self.content_size.width - _NAME_WIDTH) // max(1, len(review.layers)) - 1)
        lines = [Content.styled(safe(f"{cluster.label}: {difference}"), "bold")]
        head = "".join(f"{number}:{layer}"[:width].ljust(width + 1) for number, layer in enumerate(review.layers, 1))
        lines.append(Content.styled(safe(" " * _NAME_WIDTH + head), "bold $accent"))
        for name, said in adjudication.fields(cluster):
            cells = [said.get(layer, "") for layer in review.layers]
            row = "".join(safe(_cut(cell, width)).replace("\n", "␤").ljust(width + 1) for cell in cells)
            style = "$warning" if len(set(cells)) > 1 else "$text-muted"
            lines.append(Content.styled(f"{safe(name):<{_NAME_WIDTH}.{_NAME_WIDTH - 1}}{row}", style))
        if MINE in cluster.members:
            lines.append(
                Content.styled(safe(f"mine: {cluster.members[MINE].label} “{cluster.members[MINE].text}”"), "")
            )
        self.update(Content("\n").join(lines))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
