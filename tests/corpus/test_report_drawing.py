"""How annotations are drawn in a text: no letter is lost, marks nest, and lines do not run into each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.report.drawing import LANES, Mark, Token, blocks, draw, in_lanes
from schemas import Document, Extent

TEXTS = st.text(alphabet="ab \n\U0001f600é", min_size=1, max_size=120)


@st.composite
def marked(drawn: st.DrawFn) -> tuple[Document, list[Mark]]:
    """A document in zones, with any marks on it."""
    text = drawn(TEXTS)
    cuts = sorted(drawn(st.sets(st.integers(1, len(text)), max_size=4)) | {len(text)})
    zones = [{"start": low, "end": high, "kind": "body"} for low, high in zip([0, *cuts], cuts, strict=False)]
    document = Document.from_bytes("d", text.encode("utf-8"), zones=zones)
    places = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda each: each[0] < each[1])
    extents = drawn(st.lists(st.lists(places, min_size=1, max_size=3).map(Extent.joined), max_size=8))
    marks = [Mark(f"a{number}", "x", 0, extent) for number, extent in enumerate(extents)]
    return document, in_lanes(marks)


def steps(document: Document, marks: list[Mark]) -> list[list[Token]]:
    """The steps of drawing each block."""
    return [list(block.tokens) for block in draw(document, marks, blocks(document))]


@given(marked())
def test_drawing_writes_the_text_as_it_is(given_: tuple[Document, list[Mark]]) -> None:
    document, marks = given_

    assert "".join(each.text for block in steps(document, marks) for each in block if each.kind == "text") == (
        document.text
    )


@given(marked())
def test_drawing_ends_what_it_begins_within_each_block(given_: tuple[Document, list[Mark]]) -> None:
    for block in steps(*given_):
        depth = 0
        for each in block:
            depth += {"mark": 1, "zone": 1, "end": -1, "text": 0}[each.kind]
            assert depth >= 0
        assert depth == 0


@given(marked())
def test_drawing_puts_each_mark_over_its_words_and_no_others(given_: tuple[Document, list[Mark]]) -> None:
    document, marks = given_
    covered: dict[str, set[int]] = {mark.annotation: set() for mark in marks}
    at = 0
    for block in steps(document, marks):
        around: list[str | None] = []
        for each in block:
            if each.kind == "text":
                for name in filter(None, around):
                    covered[name].update(range(at, at + len(each.text)))
                at += len(each.text)
            elif each.kind == "end":
                around.pop()
            else:
                around.append(each.mark.annotation if each.mark else None)

    assert covered == {mark.annotation: set(mark.extent.positions()) for mark in marks}


@given(marked())
def test_drawing_begins_each_mark_once(given_: tuple[Document, list[Mark]]) -> None:
    document, marks = given_
    first = [each.mark.annotation for block in steps(document, marks) for each in block if each.mark and each.is_first]

    assert sorted(first) == sorted(mark.annotation for mark in marks)


@given(marked())
def test_drawing_lines_in_one_lane_lie_apart(given_: tuple[Document, list[Mark]]) -> None:
    _, marks = given_
    for one in marks:
        for other in marks:
            if one is not other and one.lane == other.lane < LANES - 1:
                assert one.extent.end <= other.extent.start or other.extent.end <= one.extent.start


def test_drawing_inner_marks_lie_nearer_to_the_text() -> None:
    outer, inner = Mark("o", "x", 0, Extent.of(0, 20)), Mark("i", "x", 0, Extent.of(5, 9))

    assert {mark.annotation: mark.lane for mark in in_lanes([outer, inner])} == {"i": 0, "o": 1}


def test_drawing_counts_code_points() -> None:
    document = Document.from_bytes("d", "😀 said 😀".encode())

    (tokens,) = steps(document, in_lanes([Mark("a", "x", 0, Extent.of(2, 6))]))

    assert [each.text for each in tokens if each.kind == "text"] == ["😀 ", "said", " 😀"]


def test_drawing_cuts_a_line_without_end_at_blanks() -> None:
    document = Document.from_bytes("d", b"word " * 5000)

    found = list(blocks(document))

    assert len(found) > 5
    assert all(document.text[block.start - 1] == " " for block in found[1:])
    assert [block.start for block in found[1:]] == [block.end for block in found[:-1]]
