"""Merging three versions of a file as git asks for it: nothing said is lost, every conflict is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.three_way import (
    Kind,
    Lines,
    NotLines,
    _Merge,
    _Version,
    is_other,
    kind_of,
    merge_lines,
    original_id,
    other_id,
)

SIDES = st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(0, 2), st.sampled_from(["", "a", "e"])))
"""What a version holds: by id, which of three values, and which other one it names."""

HEADER = {"document": "d1", "sha256": "0" * 64, "schema": "s@1.0.0", "annotator": "anna", "status": "open"}


def dumped(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def layer(*records: Mapping[str, Any], **header: Any) -> bytes:
    return b"".join(map(dumped, ({**HEADER, **header}, *records)))


def mark(name: str, start: int = 0, end: int = 4, **fields: Any) -> dict[str, Any]:
    return {"id": name, "label": "x", "start": start, "end": end, "text": "word", **fields}


def made(side: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """By place, so that the file is canonical."""
    return [mark(name, 10 * "abcde".index(name), 99, value=value, of=of) for name, (value, of) in sorted(side.items())]


def records(merged: Lines) -> list[dict[str, Any]]:
    return [json.loads(line) for line in merged.data.split(b"\n")[1:-1]]


def merge(base: bytes, mine: bytes, theirs: bytes) -> Lines:
    return merge_lines(base, mine, theirs, Kind.LAYER)


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_three_way_loses_nothing_that_a_side_said(
    base: dict[str, tuple[int, str]], mine: dict[str, tuple[int, str]], theirs: dict[str, tuple[int, str]]
) -> None:
    merged = merge(layer(*made(base)), layer(*made(mine)), layer(*made(theirs)))

    found = [{**each, "id": original_id(each["id"])} for each in records(merged)]
    for side in (mine, theirs):
        for record in made({name: value for name, value in side.items() if base.get(name) != value}):
            assert record in found
    assert len({each["id"] for each in records(merged)}) == len(found)
    order = [(each["start"], each["end"], each["label"], each["id"]) for each in records(merged)]
    assert order == sorted(order)


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_three_way_undoes_nothing_without_naming_it(
    base: dict[str, tuple[int, str]], mine: dict[str, tuple[int, str]], theirs: dict[str, tuple[int, str]]
) -> None:
    merged = merge(layer(*made(base)), layer(*made(mine)), layer(*made(theirs)))

    names = {each["id"] for each in records(merged)}
    told = {conflict.id for conflict in merged.conflicts}
    for name in base:
        if name in names and (name not in mine or name not in theirs):
            assert name in told
    for name in {*mine, *theirs}:
        if name in mine and name in theirs and base.get(name) not in (mine[name], theirs[name]):
            assert (name in told) == (mine[name] != theirs[name])


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_three_way_says_the_same_from_both_sides(
    base: dict[str, tuple[int, str]], mine: dict[str, tuple[int, str]], theirs: dict[str, tuple[int, str]]
) -> None:
    one = merge(layer(*made(base)), layer(*made(mine)), layer(*made(theirs)))
    other = merge(layer(*made(base)), layer(*made(theirs)), layer(*made(mine)))

    def said(merged: Lines) -> list[str]:
        return sorted(json.dumps({**each, "id": original_id(each["id"])}) for each in records(merged))

    assert said(one) == said(other)
    assert {conflict.id for conflict in one.conflicts} == {conflict.id for conflict in other.conflicts}


@given(base=SIDES, mine=SIDES)
def test_three_way_with_an_unchanged_side_is_the_other_one_byte_for_byte(
    base: dict[str, tuple[int, str]], mine: dict[str, tuple[int, str]]
) -> None:
    old, new = layer(*made(base)), layer(*made(mine))

    for merged in (merge(old, new, old), merge(old, old, new), merge(old, new, new)):
        assert (merged.data, merged.conflicts, merged.notes) == (new, [], [])


@given(mine=SIDES, theirs=SIDES)
def test_three_way_merges_again_what_it_has_merged(
    mine: dict[str, tuple[int, str]], theirs: dict[str, tuple[int, str]]
) -> None:
    merged = merge(layer(), layer(*made(mine)), layer(*made(theirs))).data

    assert merge(layer(), merged, layer(*made(theirs))).data == merged or is_other(
        merge(layer(), merged, layer(*made(theirs))).conflicts[0].other or ""
    )


def test_three_way_keeps_both_versions_and_names_them() -> None:
    base, mine, theirs = (layer(mark("a", value=value)) for value in (0, 1, 2))

    merged = merge(base, mine, theirs)

    (conflict,) = merged.conflicts
    assert [(each["id"], each["value"]) for each in records(merged)] == [("a", 1), (conflict.other, 2)]
    assert conflict.other == other_id("a", dumped(mark("a", value=2))[:-1], Kind.LAYER)
    assert is_other(conflict.other)
    assert original_id(conflict.other) == "a"
    assert f"a was changed on both sides: this side's keeps its id, the other side's is kept as {conflict.other}" == (
        conflict.what
    )


@pytest.mark.parametrize("mine_deletes", [True, False])
def test_three_way_keeps_what_one_side_deleted_and_the_other_changed(mine_deletes: bool) -> None:
    deleted, changed = layer(), layer(mark("a", value=1))
    sides = (deleted, changed) if mine_deletes else (changed, deleted)

    merged = merge(layer(mark("a", value=0)), *sides)

    assert records(merged) == [mark("a", value=1)]
    assert [conflict.id for conflict in merged.conflicts] == ["a"]
    assert "the change is kept" in merged.conflicts[0].what


def test_three_way_brings_back_what_the_other_side_came_to_name() -> None:
    first, second = mark("a"), mark("b", 5, 9, of=["a"])

    merged = merge(layer(first, second), layer(), layer(first, second, mark("c", 10, 14, of="b")))

    assert [each["id"] for each in records(merged)] == ["a", "b", "c"]
    assert [conflict.id for conflict in merged.conflicts] == ["b", "a"]


def test_three_way_leaves_deleted_what_both_sides_deleted() -> None:
    merged = merge(layer(mark("a")), layer(mark("b", of="a")), layer())

    assert [each["id"] for each in records(merged)] == ["b"]
    assert merged.conflicts == []


def test_three_way_gives_a_second_conflict_an_id_of_its_own() -> None:
    first = merge(*(layer(mark("a", value=value)) for value in (0, 1, 2)))
    other = first.conflicts[0].other
    changed = [{**each, "value": 3} if each["id"] == other else each for each in records(first)]
    elsewhere = [{**each, "value": 4} if each["id"] == other else each for each in records(first)]

    merged = merge(first.data, layer(*changed), layer(*elsewhere))

    assert sorted(each["value"] for each in records(merged)) == [1, 3, 4]
    assert {original_id(each["id"]) for each in records(merged)} == {"a"}


def of_kind(kind: Kind, name: str) -> tuple[bytes, bytes, bytes]:
    """Three versions of a file whose only line both sides have changed."""
    base, mine, theirs = (dumped(mark(name, value=value)) for value in (0, 1, 2))
    head = layer() if kind is Kind.LAYER else b""
    return head + base, head + mine, head + theirs


LIMITS = [(Kind.LAYER, 64), (Kind.DOCUMENTS, 128), (Kind.REGISTRY, 128)]


@pytest.mark.parametrize(("kind", "limit"), LIMITS)
def test_three_way_names_the_other_version_by_the_whole_id(kind: Kind, limit: int) -> None:
    name = "a" * (limit - len("--other-0a1b2c"))

    (conflict,) = merge_lines(*of_kind(kind, name), kind).conflicts

    assert len(conflict.other or "") == limit
    assert original_id(conflict.other or "") == name


@pytest.mark.parametrize(("kind", "limit"), LIMITS)
def test_three_way_refuses_an_id_that_two_versions_cannot_share(kind: Kind, limit: int) -> None:
    name = "a" * (limit - len("--other-0a1b2c") + 1)

    with pytest.raises(NotLines, match="too long"):
        merge_lines(*of_kind(kind, name), kind)


def test_three_way_makes_no_null_of_a_key_that_one_side_has() -> None:
    more = layer(mark("a"), tool="x")

    assert merge(layer(), layer(mark("a")), more).data == more
    assert merge(b"", layer(mark("a")), more).data == more
    assert merge(layer(tool="x"), layer(), layer(mark("a"), tool="x")).data == layer(mark("a"))


def test_three_way_removes_the_key_of_an_entity_that_one_side_removed() -> None:
    old = {"id": "un", "name": "UN", "note": "x"}
    mine, theirs = {"id": "un", "name": "UN"}, {**old, "name": "Uno"}

    merged = merge_lines(dumped(old), dumped(mine), dumped(theirs), Kind.REGISTRY)

    assert merged.data == dumped({"id": "un", "name": "Uno"})


def test_three_way_puts_documents_where_the_other_side_has_put_them() -> None:
    def documents(names: str) -> bytes:
        return b"".join(dumped({"id": name}) for name in names)

    merged = merge_lines(documents("abc"), documents("axbc"), documents("zabyvcw"), Kind.DOCUMENTS)

    assert [json.loads(line)["id"] for line in merged.data.splitlines()] == [*"zaxbyvcw"]


def test_three_way_keeps_each_document_once_where_the_other_version_is_there_already() -> None:
    base, mine, theirs = ({"id": "a", "value": value} for value in (0, 1, 2))
    first = merge_lines(dumped(base), dumped(mine), dumped(theirs), Kind.DOCUMENTS)
    lines = first.data.splitlines(keepends=True)
    apart = lines[0] + dumped({"id": "b"}) + lines[1]

    merged = merge_lines(dumped(base), apart, dumped(theirs), Kind.DOCUMENTS)

    assert sorted(merged.data.splitlines(keepends=True)) == sorted(apart.splitlines(keepends=True))


def test_three_way_orders_documents_without_looking_at_each_for_each() -> None:
    class Name(str):
        """Counts how often it is compared."""

        __slots__ = ()
        compared = 0

        def __eq__(self, other: object) -> bool:
            Name.compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    many = 1000
    theirs = b"".join(dumped({"id": f"n{number}"}) for number in range(many))
    found = _Merge(Kind.DOCUMENTS, *(_Version.read(each, Kind.DOCUMENTS) for each in (b"", b"", theirs)))
    found.theirs.lines = {Name(name): line for name, line in found.theirs.lines.items()}

    found.run()

    assert Name.compared < 20 * many


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected", "told"),
    [
        ({}, {"status": "done"}, {}, {"status": "done"}, False),
        ({}, {"status": "done"}, {"status": "done"}, {"status": "done"}, False),
        (
            {},
            {"status": "done"},
            {"status": "flagged", "comment": "why?"},
            {"status": "flagged", "comment": "why?"},
            True,
        ),
        (
            {},
            {"status": "flagged", "comment": "b"},
            {"status": "flagged", "comment": "a"},
            {"status": "flagged", "comment": "a / b"},
            False,
        ),
        ({"status": "done"}, {"status": "flagged", "comment": "x"}, {}, {"status": "flagged", "comment": "x"}, True),
        ({}, {"annotator": "ben"}, {"status": "done"}, {"annotator": "ben", "status": "done"}, False),
    ],
)
def test_three_way_merges_headers_field_by_field(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str], expected: dict[str, str], told: bool
) -> None:
    versions = [layer(**each) for each in (base, mine, theirs)]

    for one, other in ((1, 2), (2, 1)):
        merged = merge(versions[0], versions[one], versions[other])
        assert merged.data == layer(**expected)
        assert merged.conflicts == []
        assert bool(merged.notes) is told


@pytest.mark.parametrize("key", ["sha256", "schema"])
def test_three_way_names_a_side_that_follows_another_text_or_schema(key: str) -> None:
    base, moved = layer(mark("a")), layer(mark("a", value=1), **{key: "1" * 64})

    assert merge(base, moved, base).conflicts == []
    assert merge(base, moved, base).data == moved
    (conflict,) = merge(base, moved, layer(mark("a"), mark("b"))).conflicts
    assert "follow different" in conflict.what


def test_three_way_of_a_layer_that_is_new_on_both_sides_has_what_both_say() -> None:
    merged = merge(b"", layer(mark("a")), layer(mark("b", 5, 9), status="done"))

    assert [each["id"] for each in records(merged)] == ["a", "b"]
    assert json.loads(merged.data.split(b"\n")[0])["status"] == "open"


def test_three_way_merges_entities_field_by_field() -> None:
    old = {"id": "un", "kind": "igo", "name": "UN", "aliases": ["U.N.", "Uno"], "country": None, "note": None}
    mine, theirs = {**old, "aliases": ["U.N.", "Uno", "ONU"]}, {**old, "aliases": ["U.N.", "Onu"], "note": "x"}
    new = {**old, "id": "aa"}

    merged = merge_lines(dumped(old), dumped(mine), dumped(new) + dumped(theirs), Kind.REGISTRY)

    together = {**old, "aliases": ["U.N.", "ONU", "Onu"], "note": "x"}
    assert (merged.data, merged.conflicts) == (dumped(new) + dumped(together), [])


def test_three_way_keeps_both_versions_of_an_entity_whose_field_both_sides_changed() -> None:
    old = {"id": "un", "name": "UN"}

    merged = merge_lines(dumped(old), dumped({**old, "name": "A"}), dumped({**old, "name": "B"}), Kind.REGISTRY)

    (conflict,) = merged.conflicts
    assert merged.data == dumped({**old, "name": "A"}) + dumped({"id": conflict.other, "name": "B"})


def test_three_way_puts_new_documents_behind_those_that_they_were_added_after() -> None:
    old, new = [dumped({"id": name}) for name in "ac"], [dumped({"id": name}) for name in ("b", "d")]

    merged = merge_lines(b"".join(old), old[0] + new[0] + old[1], b"".join(old) + new[1], Kind.DOCUMENTS)

    assert [json.loads(line)["id"] for line in merged.data.split()] == ["a", "b", "c", "d"]


def test_three_way_of_a_list_takes_out_what_either_side_took_out() -> None:
    one, two, three = (dumped({"code": code}) for code in ("G1", "G2", "G3"))

    merged = merge_lines(one + two, two, one + two + three, Kind.LIST)

    assert merged.data == two + three


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (layer(mark("a"))[:-1], "no newline"),
        (layer(mark("a"), mark("a")), "there twice"),
        (dumped(mark("a")), "not a header"),
        (layer({"label": "x"}), "line 2 has no id"),
        (layer({"id": "a", "start": True, "end": 3}), "line 2 has no place"),
        (layer() + b"<<<<<<< HEAD\n", "not JSON"),
        (layer() + b"[" * 100_000 + b"\n", "not JSON"),
        (layer() + b'{"id":"a","id":"b"}\n', "a key is there twice"),
        (layer() + b"[]\n", "not a JSON object"),
        (layer() + b"\xff\n", "not JSON"),
        (layer() + b"\n", "not JSON"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_three_way_refuses_what_it_cannot_tell_apart(data: bytes, why: str, place: int) -> None:
    versions = [layer(), layer(), layer()]
    versions[place] = data

    with pytest.raises(NotLines, match=why):
        merge(versions[0], versions[1], versions[2])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("corpus/data/layers/anna/d1.jsonl", Kind.LAYER),
        ("layers/anna/documents.jsonl", Kind.LAYER),
        ("a b/documents.jsonl", Kind.DOCUMENTS),
        ("entities.jsonl", Kind.REGISTRY),
        ("claims.jsonl", Kind.REGISTRY),
        ("known.jsonl", Kind.LIST),
        ("shard.jsonl", None),
        ("corpus.toml", None),
    ],
)
def test_three_way_knows_a_file_by_its_path(path: str, kind: Kind | None) -> None:
    assert kind_of(path) is kind
