"""Documents are read a few at a time, and turned into rows some at a time."""

from __future__ import annotations

import pytest

from corpus import readings
from corpus.readings import Reading, few_at_a_time, some_at_a_time
from schemas import Document


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7, 12, 13])
def test_readings_come_in_order_and_no_more_of_them_than_allowed(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "_FEW", 3)
    monkeypatch.setattr(readings, "_TOGETHER", 7)
    monkeypatch.setattr(readings, "_TEXT_TOGETHER", 40)
    texts = ["x" * (30 if number in {4, 10} else 2) for number in range(count)]
    all_of_them = [Reading(Document.from_bytes(f"d{number}", text.encode())) for number, text in enumerate(texts)]
    few = list(few_at_a_time(all_of_them))
    assert [reading for some, _ in few for reading in some] == all_of_them
    assert all(1 <= len(some) <= 3 for some, _ in few if some)
    together = list(some_at_a_time(all_of_them))
    assert [reading for some in together for reading in some] == all_of_them
    assert sum(is_last for _, is_last in few) == len(together)
    assert all(len(some) <= 7 for some in together)
    assert all(sum(len(each.document.text) for each in some[:-1]) < 40 for some in together)
