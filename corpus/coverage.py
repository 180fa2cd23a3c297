"""What a layer covers of a document: code points, words and units, label by label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from corpus.open_text import OpenText
from corpus.unitizing import Levels, levels
from schemas import Annotation, Fragment


class Coverage:
    """What one layer's annotations of some labels cover of one document."""

    def __init__(self, annotations: Sequence[Annotation], text: OpenText, labels: Sequence[str]) -> None:
        self.by_label: dict[str, list[Fragment]] = {}
        """The fragments of every annotation, in no order; a label that is not there has none."""
        bits = {label: 1 << place for place, label in enumerate(labels)}
        for annotation in annotations:
            values = vars(annotation)
            label, fragments = values["label"], values["fragments"]
            if label in bits:
                here = self.by_label.setdefault(label, [])
                if fragments is None:
                    here.append((values["start"], values["end"]))
                else:
                    here += fragments
        self.merged: Mapping[str, Sequence[Fragment]] = {label: merged(each) for label, each in self.by_label.items()}
        """What each label covers: sorted, and one piece where fragments overlap or touch."""
        self.words = [0] * len(text.words[0])
        """The labels that touch each word, as one number with one bit a label."""
        for label, fragments in self.merged.items():
            for low, high in text.touched(fragments):
                for number in range(low, high):
                    self.words[number] |= bits[label]

    def units(self, text: OpenText) -> dict[str, Levels]:
        """The units of each label, counted in open code points."""
        return {label: levels(text.squeezed(fragments)) for label, fragments in self.by_label.items()}


def merged(fragments: Iterable[Fragment]) -> list[Fragment]:
    """Fragments sorted, and joined where they overlap or touch."""
    joined: list[Fragment] = []
    for start, end in sorted(fragments):
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def size(fragments: Iterable[Fragment]) -> int:
    """How many code points fragments cover that do not overlap."""
    return sum([end - start for start, end in fragments])


def common(first: Sequence[Fragment], second: Sequence[Fragment]) -> Sequence[Fragment]:
    """What both cover; each is sorted and does not overlap itself."""
    if first == second:
        return first
    found = []
    i = j = 0
    while i < len(first) and j < len(second):
        low, high = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if low < high:
            found.append((low, high))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return found
