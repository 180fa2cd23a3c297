"""Merging two sides of a layer: nothing that anyone did is lost."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.merge import Merged, merge, merge_headers
from schemas import Annotation, LayerHeader, Status
from schemas.security import SecuritySchema

SCHEMA = SecuritySchema()
KINDS = ("person", "state", "media", "other")

SIDES = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3))
"""What one side holds: by id, which of four versions."""


def annotation(name: str, version: int) -> Annotation:
    start = "abcde".index(name) * 4 if name in "abcde" else 40
    return SCHEMA.annotation.validate_python(
        {
            "id": name,
            "label": "actor",
            "start": start,
            "end": start + 1 + version % 2,
            "text": "xx"[: 1 + version % 2],
            "mention": "nominal",
            "kind": KINDS[version],
        }
    )


def made(side: Mapping[str, int]) -> list[Annotation]:
    return [annotation(name, version) for name, version in side.items()]


def new_ids() -> Iterator[str]:
    # The first ones are taken already: they must not be used.
    return itertools.chain("abcde", (f"n{number}" for number in itertools.count()))


def merged(base: Mapping[str, int], mine: Mapping[str, int], theirs: Mapping[str, int]) -> Merged:
    numbers = new_ids()
    return merge(made(base), made(mine), made(theirs), lambda: next(numbers))


def said(annotations: Iterable[Annotation]) -> Counter[tuple[int, int, str]]:
    """What annotations say, whatever their ids."""
    return Counter((each.start, each.end, str(each.to_record()["kind"])) for each in annotations)


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_merge_loses_nothing_that_a_side_said(
    base: dict[str, int], mine: dict[str, int], theirs: dict[str, int]
) -> None:
    found = said(merged(base, mine, theirs).annotations)

    for side in (mine, theirs):
        new = [annotation(name, version) for name, version in side.items() if base.get(name) != version]
        assert said(new) <= found


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_merge_brings_nothing_back_that_one_side_deleted_and_the_other_left_alone(
    base: dict[str, int], mine: dict[str, int], theirs: dict[str, int]
) -> None:
    names = {each.id for each in merged(base, mine, theirs).annotations}

    for name, version in base.items():
        sides = (mine.get(name), theirs.get(name))
        assert (name in names) == (sides not in ((None, None), (None, version), (version, None)))


def test_merge_names_what_is_kept_although_one_side_deleted_it() -> None:
    base, changed = {"a": 0, "b": 0}, {"a": 1}

    for mine, theirs in (({}, changed), (changed, {})):
        outcome = merged(base, mine, theirs)
        assert [each.id for each in outcome.annotations] == ["a"]
        assert outcome.conflicts == (("a", "a"),)


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_merge_is_symmetric_but_for_new_ids(base: dict[str, int], mine: dict[str, int], theirs: dict[str, int]) -> None:
    one, other = merged(base, mine, theirs), merged(base, theirs, mine)

    assert said(one.annotations) == said(other.annotations)
    assert [name for name, _ in one.conflicts] == [name for name, _ in other.conflicts]


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_merge_gives_each_annotation_an_id_of_its_own_in_order(
    base: dict[str, int], mine: dict[str, int], theirs: dict[str, int]
) -> None:
    outcome = merged(base, mine, theirs)
    by_id = {each.id: each for each in outcome.annotations}

    assert len(by_id) == len(outcome.annotations)
    assert [each.order for each in outcome.annotations] == sorted(each.order for each in outcome.annotations)
    for name, fresh in outcome.conflicts:
        if name == fresh:
            (kept,) = (side[name] for side in (mine, theirs) if name in side)
            assert name in base
            assert by_id[name] == annotation(name, kept)
            continue
        assert by_id[name] == annotation(name, mine[name])
        assert by_id[fresh].to_record() == annotation(name, theirs[name]).to_record() | {"id": fresh}
        assert fresh not in {*base, *mine, *theirs}


@given(base=SIDES, mine=SIDES)
def test_merge_with_an_unchanged_side_is_the_other_one(base: dict[str, int], mine: dict[str, int]) -> None:
    expected = sorted(made(mine), key=lambda each: each.order)

    assert list(merged(base, mine, base).annotations) == expected
    assert list(merged(base, base, mine).annotations) == expected
    assert list(merged(base, mine, mine).annotations) == expected
    assert merged(base, mine, mine).conflicts == ()


def header(status: Status = Status.OPEN, comment: str | None = None) -> LayerHeader:
    return LayerHeader(
        document="d1", sha256="0" * 64, schema_id=SCHEMA.id, annotator="anna", status=status, comment=comment
    )


OPEN, DONE, FLAGGED = header(), header(Status.DONE), header(Status.FLAGGED, "why?")


@pytest.mark.parametrize(
    ("base", "one", "other", "expected"),
    [
        (OPEN, OPEN, OPEN, OPEN),
        (OPEN, DONE, OPEN, DONE),
        (OPEN, DONE, DONE, DONE),
        (DONE, OPEN, DONE, OPEN),
        (OPEN, DONE, FLAGGED, FLAGGED),
        (DONE, OPEN, FLAGGED, FLAGGED),
        (FLAGGED, OPEN, DONE, OPEN),
        (OPEN, FLAGGED, header(Status.FLAGGED, "how?"), header(Status.FLAGGED, "how? / why?")),
    ],
)
def test_merge_of_headers_keeps_every_comment_and_the_more_careful_status(
    base: LayerHeader, one: LayerHeader, other: LayerHeader, expected: LayerHeader
) -> None:
    assert merge_headers(base, one, other) == expected
    assert merge_headers(base, other, one) == expected
