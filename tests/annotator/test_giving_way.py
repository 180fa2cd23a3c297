from __future__ import annotations

from collections.abc import Callable

import pytest

from annotator import giving_way
from annotator.giving_way import Considerate, GivingWay
from corpus.annotation_check import check_document
from corpus.stock import Stock
from schemas import Document, Extent
from schemas.security import Group, SecuritySchema


class Clock:
    """A clock that moves on where somebody sleeps, and by as much as each look at it takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, look: float = 0) -> None:
        self.now, self.look, self.rests = 1000.0, look, list[float]()
        self.act: Callable[[], None] | None = None
        monkeypatch.setattr(giving_way, "monotonic", self._time)
        monkeypatch.setattr(giving_way, "sleep", self._sleep)

    def _time(self) -> float:
        self.now += self.look
        return self.now

    def _sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.now += seconds
        if self.act is not None:
            self.act()


def test_giving_way_does_not_rest_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    assert list(GivingWay().over(range(100))) == list(range(100))
    assert clock.rests == []


def test_giving_way_rests_after_a_key_until_it_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, way = Clock(monkeypatch, 0.0005), GivingWay()
    way.pressed()
    assert list(way.over(range(1000))) == list(range(1000))
    assert sum(clock.rests) > 0.08
    assert clock.now - 1000 < 0.2


def test_giving_way_ends_where_keys_come_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, way = Clock(monkeypatch, 0.0005), GivingWay()
    clock.act = way.pressed
    way.pressed()
    assert list(way.over(range(1000))) == list(range(1000))
    # Each rest is cut short, and there is work between one and the next.
    assert max(clock.rests) <= 0.03
    assert 1 < len(clock.rests) < 1000 // 16 // 2


def test_considerate_annotations_are_checked_like_those_behind_them() -> None:
    document = Document.from_bytes("one", b"the rebels. and the militants came to the rebels")
    made = [
        Group.model_validate(
            {
                "id": f"a{start}",
                "label": "group",
                "start": start,
                "end": end,
                "designation": "none",
                "text": document.text[start:end],
            }
        )
        for start, end in [(0, 11), (4, 11), (16, 29), (42, 48)]
    ]
    stock = Stock(made)
    stock.put("b", made[2].model_copy(update={"id": "b"}))
    written = stock.annotations()
    considerate = Considerate(written, GivingWay())
    assert considerate == written
    assert list(considerate.ids()) == list(written.ids())
    assert considerate[1:3] == written[1:3]
    found = list(check_document(document, written, SecuritySchema()))
    assert len(found) > 3
    assert list(check_document(document, considerate, SecuritySchema())) == found
    assert Extent.of(4, 11) in [each.extent for each in considerate]
