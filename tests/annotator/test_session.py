"""The session: what can be done to a layer, undone, and brought in from elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from annotator.history import Entry, Step
from annotator.session import Session, random_id
from corpus import layers
from corpus.drafts import Draft
from corpus.layers import LayerFile
from corpus.registry import Registry
from schemas import Annotation, Document, Entity, Extent, Kind, LayerHeader, Settlement, Status
from schemas.examples.adverse import AdverseEventSchema
from schemas.security import SecuritySchema

SECURITY = SecuritySchema()
ADVERSE = AdverseEventSchema()
TEXT = "India said Pakistan helps militants. Pakistan denied it, and India proposed talks with Pakistan.\n"
NAMES = ("India", "Pakistan", "militants", "said", "denied", "proposed talks", "talks", "it")


def find(words: str, nth: int = 0) -> Extent:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Extent.of(start, start + len(words))


def pairs(*extents: Extent) -> list[list[int]]:
    """Extents as a file holds them, as the fragments of one."""
    return [list(fragment) for extent in extents for fragment in extent]


def make(
    annotations: Iterable[Annotation] = (),
    drafts: Iterable[Draft] = (),
    schema: SecuritySchema | AdverseEventSchema = SECURITY,
    entities: Iterable[Entity] = (),
) -> Session:
    numbers = itertools.count(1)
    document = Document.from_bytes("d1", TEXT.encode())
    header = LayerHeader(document="d1", sha256=document.sha256, schema_id=schema.id, annotator="anna")
    layer_file = LayerFile("anna", header, tuple(annotations))
    return Session(document, schema, layer_file, drafts, Registry(entities), lambda: f"n{next(numbers)}")


ACTOR: Mapping[str, Any] = {"kind": "state", "mention": "nominal"}
MEASURE: Mapping[str, Any] = {"type": "dialogue", "status": "proposed"}


def focus(step: Step) -> str:
    assert step.focus is not None
    return step.focus


def content_of(session: Session) -> tuple[dict[str, Entry], LayerHeader]:
    return {entry.id: entry for entry in session}, session.header


def test_session_draft_becomes_an_annotation_when_nothing_is_missing() -> None:
    session = make()
    name = focus(session.mark("measure", find("talks")))

    assert list(session.annotations) == []
    assert session.draft_count == 1
    assert set(session.faults(session.get(name))) == {"type", "status"}

    session.change(name, "type", "dialogue")
    assert set(session.faults(session.get(name))) == {"status"}
    session.change(name, "status", "proposed")

    assert [(each.id, each.text) for each in session.annotations] == [(name, "talks")]
    assert session.drafts == ()
    assert session.faults(session.get(name)) == {}


def test_session_annotation_becomes_a_draft_when_a_field_is_emptied() -> None:
    session = make()
    name = focus(session.mark("measure", find("talks"), MEASURE))

    session.change(name, "status", None)

    assert list(session.annotations) == []
    assert [draft.values["type"] for draft in session.drafts] == ["dialogue"]


def test_session_draft_keeps_how_it_was_settled_and_its_score() -> None:
    session = make()
    settled = Settlement(how="new")
    name = focus(session.mark("measure", find("talks"), MEASURE, settled=settled, score=0.5))

    session.change(name, "status", None)
    session.change(name, "status", "announced")

    (annotation,) = session.annotations
    assert (annotation.settled, annotation.score) == (settled, 0.5)


def test_session_change_of_what_was_chosen_counts_as_edited() -> None:
    session = make()
    chosen = Settlement(how="chosen", layers=("a", "b"))
    name = focus(session.mark("actor", find("India"), ACTOR, settled=chosen))

    session.relabel(name, "group")
    session.change(name, "designation", "none")

    (annotation,) = session.annotations
    assert annotation.settled == Settlement(how="edited", layers=("a", "b"))


def test_session_fault_of_a_validator_is_under_the_field_that_it_names() -> None:
    session = make()
    name = focus(session.mark("actor", find("India"), {"kind": "state", "mention": "name"}))

    assert session.faults(session.get(name)) == {"entity": "an actor's name needs an entity"}


def test_session_delete_removes_every_reference_in_one_step() -> None:
    session = make()
    india = focus(session.mark("actor", find("India"), ACTOR))
    other = focus(session.mark("actor", find("Pakistan"), ACTOR))
    talks = focus(session.mark("measure", find("talks"), {**MEASURE, "initiators": [india, other], "targets": [india]}))
    before = content_of(session)

    session.delete(india)

    assert india not in session
    assert session.values(session.get(talks))["initiators"] == [other]
    assert session.values(session.get(talks))["targets"] == []
    session.undo()
    assert content_of(session) == before


def test_session_delete_makes_a_draft_of_what_cannot_be_without_it() -> None:
    session = make(schema=ADVERSE)
    drug = focus(session.mark("drug", find("India")))
    reaction = focus(session.mark("reaction", find("militants"), {"severeness": "mild"}))
    link = focus(session.mark("causality", find("helps"), {"drug": drug, "reaction": reaction}))
    assert len(session.annotations) == 3

    session.delete(drug)

    assert [draft.id for draft in session.drafts] == [link]
    assert session.drafts[0].values["reaction"] == reaction
    assert set(session.faults(session.get(link))) == {"drug"}
    session.undo()
    assert len(session.annotations) == 3


def test_session_delete_of_what_refers_to_itself() -> None:
    session = make(schema=ADVERSE)
    drug = focus(session.mark("drug", find("India")))
    reaction = focus(session.mark("reaction", find("militants"), {"severeness": "mild"}))
    link = focus(session.mark("causality", find("helps"), {"drug": drug, "reaction": reaction}))
    session.change(link, "earlier", link)

    session.delete(link)

    assert link not in session
    assert session.referring(link) == []


def test_session_referring_names_entry_and_field() -> None:
    session = make()
    india = focus(session.mark("actor", find("India"), ACTOR))
    talks = focus(session.mark("measure", find("talks"), {**MEASURE, "initiators": [india], "targets": [india]}))
    draft = focus(session.mark("attribution", find("said"), {"speakers": [india]}))

    found = [(entry.id, field.name) for entry, field in session.referring(india)]

    assert found == [(draft, "speakers"), (talks, "initiators"), (talks, "targets")]


def test_session_ids_are_never_used_again() -> None:
    given_ids = iter(["a", "a", "b", "a", "b", "c"])
    document = Document.from_bytes("d1", TEXT.encode())
    header = LayerHeader(document="d1", sha256=document.sha256, schema_id=SECURITY.id, annotator="anna")
    session = Session(document, SECURITY, LayerFile("anna", header), new_id=lambda: next(given_ids))

    first = focus(session.mark("actor", find("India"), ACTOR))
    session.delete(first)
    second = focus(session.mark("actor", find("India"), ACTOR))
    session.undo()
    third = focus(session.mark("actor", find("Pakistan"), ACTOR))

    assert (first, second, third) == ("a", "b", "c")


def test_session_random_ids_are_what_a_file_may_hold() -> None:
    made = {random_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(len(each) == 8 and each.isalnum() and each == each.lower() for each in made)


def test_session_prefill_has_the_defaults() -> None:
    assert make().prefill("measure", find("talks")) == {
        "laterality": "unspecified",
        "initiators": [],
        "targets": [],
        "partners": [],
    }


def test_session_prefill_takes_the_one_entity_of_that_name_with_its_kind() -> None:
    session = make(entities=[Entity(id="in", kind="state", name="India")])

    name = focus(session.mark("actor", find("India")))

    assert [(each.id, session.values(each)["entity"]) for each in session.annotations] == [(name, "in")]


def test_session_prefill_takes_no_entity_where_two_have_the_name() -> None:
    entities = [Entity(id="in", kind="state", name="India"), Entity(id="co", kind="media", name="India")]

    assert make(entities=entities).prefill("actor", find("India"))["entity"] is None


def test_session_prefill_takes_what_was_said_last_of_the_same_words() -> None:
    session = make(entities=[Entity(id="in", kind="state", name="India")])
    first = focus(session.mark("actor", find("India")))
    session.change(first, "metonymy", "institution")
    session.delete(first)

    assert session.prefill("actor", find("India", 1))["metonymy"] == "institution"
    assert session.prefill("actor", find("Pakistan"))["metonymy"] == "none"


def test_session_is_sure_of_what_was_always_said_of_the_same_words_and_not_of_the_rest() -> None:
    session = make()
    session.mark("actor", find("India"), {**ACTOR, "metonymy": "institution"})
    second = focus(session.mark("actor", find("India", 1)))

    assert not session.guessed(second)

    session.change(second, "metonymy", "capital")
    session.delete(second)
    third = focus(session.mark("actor", find("India", 1)))

    assert session.value(session.get(third), "metonymy") == "capital"
    assert list(session.guessed(third)) == ["metonymy"]


def test_session_remembers_what_was_read_from_the_file() -> None:
    there = make()
    there.mark("actor", find("India"), {**ACTOR, "kind": "population"})

    assert make(there.annotations).prefill("actor", find("India", 1))["kind"] == "population"


def test_session_same_finds_the_label_on_exactly_this_extent() -> None:
    session = make()
    name = focus(session.mark("actor", find("India"), ACTOR))
    split = Extent.joined([*find("India"), *find("helps")])
    session.mark("measure", split, MEASURE)

    assert session.same("actor", find("India")) == session.get(name)
    assert session.same("group", find("India")) is None
    assert session.same("actor", Extent.of(0, 4)) is None
    assert session.same("measure", Extent.of(split.start, split.end)) is None
    assert session.same("measure", split) is not None


def test_session_next_from_goes_by_place_and_past_what_begins_at_the_same_place() -> None:
    session = make()
    short = focus(session.mark("actor", find("Pakistan", 1), ACTOR))
    long = focus(session.mark("attribution", find("Pakistan denied")))
    last = focus(session.mark("actor", find("India", 1), ACTOR))

    walked = []
    at = session.next_from(0)
    while at is not None:
        walked.append(at.id)
        at = session.next_from(at.start, 1, at.id)

    assert walked == [short, long, last]
    assert session.next_from(len(TEXT)) is None
    assert session.next_from(find("India", 1).start, -1) == session.get(long)
    assert session.next_from(0, -1) is None
    back = session.next_from(0, -1, last)
    assert back is not None
    assert back.id == long


def test_session_resize_changes_place_words_and_order() -> None:
    session = make()
    first = focus(session.mark("measure", find("talks"), MEASURE))
    second = focus(session.mark("actor", find("Pakistan", 2), ACTOR))
    assert [entry.id for entry in session] == [first, second]

    session.resize(second, find("Pakistan"))

    assert [(entry.id, session.words(entry)) for entry in session] == [(second, "Pakistan"), (first, "talks")]


def test_session_resize_beyond_the_text_is_refused() -> None:
    session = make()
    name = focus(session.mark("actor", find("India"), ACTOR))

    with pytest.raises(ValueError, match="the text at"):
        session.resize(name, Extent.of(0, len(TEXT) + 1))


def test_session_relabel_keeps_what_the_new_label_allows() -> None:
    entities = [Entity(id="in", kind="state", name="India"), Entity(id="let", kind="group", name="militants")]
    session = make(entities=entities)
    india = focus(session.mark("actor", find("India"), {"mention": "nominal", "kind": "state", "entity": "in"}))
    band = focus(session.mark("actor", find("militants"), {"mention": "nominal", "kind": "other", "entity": "let"}))

    session.relabel(india, "group")
    session.relabel(band, "group")

    assert session.get(india).label == "group"
    # `state` is no kind of group, and a state is no entity of one.
    kept = session.values(session.get(india))
    assert (kept["mention"], kept["kind"], kept["entity"]) == ("nominal", "generic", None)
    assert session.values(session.get(band))["entity"] == "let"
    assert set(session.faults(session.get(india))) == {"designation"}


def test_session_relabel_drops_references_that_the_new_label_may_not_have() -> None:
    session = make(schema=ADVERSE)
    drug = focus(session.mark("drug", find("India")))
    reaction = focus(session.mark("reaction", find("militants"), {"severeness": "mild", "suspects": [drug]}))

    session.relabel(reaction, "drug")
    assert "suspects" not in session.values(session.get(reaction))
    session.undo()
    assert session.values(session.get(reaction))["suspects"] == [drug]


def test_session_mark_all_places_of_the_same_words() -> None:
    session = make()
    first = session.get(focus(session.mark("actor", find("Pakistan"), ACTOR)))
    session.mark("measure", find("talks with Pakistan"), MEASURE)

    places = session.like(first)
    session.mark_like(first, places)

    assert places == [find("Pakistan", 1), find("Pakistan", 2)]
    assert sum(entry.label == "actor" for entry in session) == 3
    assert session.like(first) == []
    session.undo()
    assert sum(entry.label == "actor" for entry in session) == 1


def test_session_finds_the_same_words_as_whole_words_within_one_open_zone() -> None:
    # In a closed zone, in a heading, across its end, in the body, as a part of a longer word, and in the body again.
    text = "Iran\nIran, Iran and Iran; Iranian Iran\n"
    kinds = (("furniture", 0, 5), ("heading", 5, 13), ("body", 13, len(text)))
    zones = [{"kind": kind, "start": start, "end": end} for kind, start, end in kinds]
    document = Document.from_bytes("d1", text.encode(), zones=zones)
    header = LayerHeader(document="d1", sha256=document.sha256, schema_id=SECURITY.id, annotator="anna")
    session = Session(document, SECURITY, LayerFile("anna", header, ()), new_id=lambda: "n1")
    first = session.get(focus(session.mark("actor", Extent.of(5, 9), ACTOR)))

    assert [place.start for place in session.like(first)] == [20, 34]


def test_session_flag_needs_a_comment() -> None:
    session = make()

    with pytest.raises(ValidationError):
        session.set_status(Status.FLAGGED)

    assert session.header.status is Status.OPEN
    session.set_status(Status.FLAGGED, "look")
    assert (session.header.status, session.header.comment) == (Status.FLAGGED, "look")


def test_session_undo_of_nothing_is_nothing() -> None:
    session = make()

    assert session.undo() is None
    assert session.redo() is None
    assert session.revision == 0


def test_session_change_after_undo_forgets_what_was_undone() -> None:
    session = make()
    session.mark("actor", find("India"), ACTOR)
    session.undo()
    session.mark("actor", find("Pakistan"), ACTOR)

    assert session.redo() is None


def test_session_snapshot_does_not_change_when_the_session_goes_on() -> None:
    session = make()
    name = focus(session.mark("actor", find("India"), ACTOR))
    taken = session.snapshot()

    session.delete(name)

    assert [each.id for each in taken.layer_file.annotations] == [name]
    assert (taken.revision, session.revision) == (1, 2)


# Taking over


def layer_of(session: Session) -> LayerFile:
    return session.snapshot().layer_file


def with_annotations(layer_file: LayerFile, *annotations: Annotation, **header: object) -> LayerFile:
    about = layer_file.header.model_copy(update=header)
    return LayerFile(layer_file.layer, about, tuple(sorted(annotations, key=lambda each: each.order)))


def actors(*words: tuple[str, Extent]) -> list[Annotation]:
    session = make()
    for name, extent in words:
        made = session.schema.annotation.validate_python(
            {"id": name, "label": "actor", "start": extent.start, "end": extent.end, "text": extent.text(TEXT), **ACTOR}
        )
        session.take_over(LayerFile("anna", session.header), with_annotations(layer_of(session), made), "in")
    return list(session.annotations)


def test_session_takes_over_what_others_added_changed_and_deleted_in_one_step() -> None:
    (kept, changed, gone) = actors(("a", find("India")), ("b", find("Pakistan")), ("c", find("Pakistan", 1)))
    (new,) = actors(("d", find("India", 1)))
    session = make([kept, changed, gone])
    before = layer_of(session)
    other = changed.model_copy(update={"kind": "media"})

    step = session.take_over(before, with_annotations(before, kept, other, new), "took over")

    assert step is not None
    assert set(step.after) == {"b", "c", "d"}
    assert session.annotations == (kept, other, new)


def test_session_undoes_what_was_done_here_and_leaves_alone_what_came_in() -> None:
    (there, new) = actors(("a", find("India")), ("b", find("Pakistan")))
    session = make([there])
    mine = focus(session.mark("measure", find("talks"), MEASURE))
    session.set_status(Status.DONE)
    before = layer_of(session)
    session.take_over(before, with_annotations(before, *session.annotations, new), "took over")

    session.undo()
    session.undo()

    assert [each.id for each in session] == ["a", "b"]
    assert session.undo() is None
    session.redo()
    assert mine in session
    session.redo()
    assert session.header.status is Status.DONE


def test_session_undoes_nothing_that_others_changed_since() -> None:
    session = make(actors(("a", find("India")), ("b", find("Pakistan"))))
    session.change("b", "kind", "media")
    session.change("a", "kind", "media")
    later = focus(session.mark("measure", find("talks"), MEASURE))
    session.undo()
    before = layer_of(session)
    mine, other = session.annotations
    theirs = mine.model_copy(update={"kind": "military"})
    session.take_over(before, with_annotations(before, theirs, other), "took over")

    assert session.redo() is not None
    assert later in session
    session.undo()
    assert session.undo() is None
    assert [session.values(each)["kind"] for each in session] == ["military", "media"]


def test_session_keeps_the_status_that_others_set_when_it_undoes_something_else() -> None:
    session = make()
    session.mark("actor", find("India"), ACTOR)
    before = layer_of(session)
    theirs = with_annotations(before, *session.annotations, status=Status.FLAGGED, comment="look")
    session.take_over(before, theirs, "took over")

    session.undo()

    assert list(session) == []
    assert session.header.comment == "look"
    session.set_status(Status.DONE)
    again = layer_of(session)
    session.take_over(again, with_annotations(again, status=Status.FLAGGED, comment="really?"), "took over")
    assert session.undo() is None
    assert session.header.comment == "really?"


def test_session_takes_over_nothing_where_nothing_differs() -> None:
    session = make(actors(("a", find("India"))))

    assert session.take_over(layer_of(session), layer_of(session), "took over") is None
    assert session.revision == 0


def test_session_keeps_both_where_it_changed_while_it_was_saved() -> None:
    (mine,) = actors(("a", find("India")))
    session = make([mine])
    before = layer_of(session)
    session.change("a", "kind", "military")
    theirs = mine.model_copy(update={"kind": "media"})

    session.take_over(before, with_annotations(before, theirs), "took over")

    assert session.values(session.get("a"))["kind"] == "military"
    assert sorted(session.values(each)["kind"] for each in session) == ["media", "military"]


def test_session_keeps_a_change_by_others_of_what_it_deleted_meanwhile() -> None:
    (mine,) = actors(("a", find("India")))
    session = make([mine])
    before = layer_of(session)
    session.delete("a")
    theirs = mine.model_copy(update={"kind": "media"})

    session.take_over(before, with_annotations(before, theirs), "took over")

    assert session.annotations == (theirs,)


def test_session_keeps_its_change_of_what_others_deleted() -> None:
    session = make(actors(("a", find("India"))))
    before = layer_of(session)
    session.change("a", "kind", "media")

    assert session.take_over(before, with_annotations(before), "took over") is None
    assert session.values(session.get("a"))["kind"] == "media"


def test_session_takes_a_draft_that_others_completed_unless_it_was_changed_here() -> None:
    (complete,) = actors(("a", find("India")))
    draft = Draft(id="a", label="actor", extent=find("India"), values={"mention": "nominal"})
    untouched, touched = make(drafts=[draft]), make(drafts=[draft])
    touched.change("a", "metonymy", "capital")

    for session in (untouched, touched):
        before = layer_of(session)
        session.take_over(before, with_annotations(before, complete), "took over")

    assert list(untouched) == [complete]
    assert (touched.draft_count, len(touched.annotations)) == (1, 1)


def test_session_takes_over_a_status_that_it_did_not_change() -> None:
    session = make()
    before = layer_of(session)
    theirs = with_annotations(before, status=Status.FLAGGED, comment="look")

    session.take_over(before, theirs, "took over")
    assert session.header.comment == "look"

    session.set_status(Status.DONE)
    session.take_over(before, theirs, "took over")
    assert session.header.status is Status.DONE


# Any sequence


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["mark", "change", "refer", "resize", "relabel", "delete", "status", "undo", "redo"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=25,
)
PRELUDE = [
    *(("mark", place, label) for place, label in enumerate((0, 1, 2, 3, 2, 0))),
    ("refer", 2, 0),
    ("refer", 4, 2),
]
"""What every sequence begins with, so that there is something to refer to."""


def do(session: Session, name: str, first: int, second: int) -> Step | None:
    """One operation, with what it is about chosen by two numbers."""
    entries = list(session)
    extent = find(NAMES[first % len(NAMES)])
    if name == "mark":
        specs = session.schema.specs
        return session.mark(specs[second % len(specs)].name, extent, ACTOR if second % len(specs) == 0 else None)
    if name == "status":
        return session.set_status(list(Status)[first % 3], "why")
    if name == "undo":
        return session.undo()
    if name == "redo":
        return session.redo()
    if not entries:
        return None
    entry = entries[first % len(entries)]
    if name == "delete":
        return session.delete(entry.id)
    if name == "resize":
        return session.resize(entry.id, find(NAMES[second % len(NAMES)]))
    spec = session.spec(entry)
    if name == "relabel":
        others = [each.name for each in session.schema.specs if each is not spec]
        return session.relabel(entry.id, others[second % len(others)])
    if name == "refer":
        fields = spec.of_kind(Kind.REFERENCE)
        if not fields:
            return None
        field = fields[second % len(fields)]
        target = entries[second % len(entries)].id
        return session.change(entry.id, field.name, [target] if field.many else target)
    field = spec.fields[second % len(spec.fields)]
    choice = field.choices[first % len(field.choices)].value if field.choices else field.default
    extents = pairs(extent) if field.kind is Kind.EXTENT else choice
    return session.change(entry.id, field.name, [choice] if field.choices and field.many else extents)


def referring_by_hand(session: Session, id: str) -> list[tuple[str, str]]:
    found = []
    for entry in session:
        for field in session.spec(entry).of_kind(Kind.REFERENCE):
            value = session.values(entry).get(field.name)
            if id in (value if isinstance(value, list) else [value]):
                found.append((entry.id, field.name))
    return found


@pytest.mark.parametrize("schema", [SECURITY, ADVERSE], ids=["security", "adverse"])
@settings(max_examples=120, deadline=None)
@given(operations=OPERATIONS)
def test_session_undo_takes_back_exactly_what_was_done(
    schema: SecuritySchema | AdverseEventSchema, operations: list[tuple[str, int, int]]
) -> None:
    session = make(schema=schema, entities=[Entity(id="in", kind="state", name="India")])
    begun = content_of(session)
    marked: list[str] = []
    for name, first, second in PRELUDE + operations:
        before = content_of(session)
        step = do(session, name, first, second)
        if step is None:
            assert content_of(session) == before
            continue
        after = content_of(session)
        if name not in ("undo", "redo"):
            session.undo()
            assert content_of(session) == before
            session.redo()
            assert content_of(session) == after
        if name == "mark":
            marked.append(focus(step))

    assert len(marked) == len(set(marked))
    done = content_of(session)
    while session.undo() is not None:
        pass
    assert content_of(session) == begun
    while session.redo() is not None:
        pass
    # What was undone on the way and not done again is done by now, unless a later change forgot it.
    undone = sum(name == "undo" for name, _, _ in operations)
    assert undone or content_of(session) == done


@pytest.mark.parametrize("schema", [SECURITY, ADVERSE], ids=["security", "adverse"])
@settings(max_examples=120, deadline=None)
@given(operations=OPERATIONS)
def test_session_holds_together_after_anything(
    schema: SecuritySchema | AdverseEventSchema, operations: list[tuple[str, int, int]]
) -> None:
    session = make(schema=schema)
    for name, first, second in PRELUDE + operations:
        do(session, name, first, second)

    entries = list(session)
    assert [entry.order for entry in entries] == sorted(entry.order for entry in entries)
    assert [session.position(entry.id) for entry in entries] == list(range(len(session)))
    assert session.draft_count == sum(isinstance(entry, Draft) for entry in entries) == len(session.drafts)
    for entry in entries:
        found = [(other.id, field.name) for other, field in session.referring(entry.id)]
        assert found == referring_by_hand(session, entry.id)
        # What is kept as a draft is what the schema does not allow, and nothing else.
        assert bool(session.faults(entry)) == isinstance(entry, Draft)
    written = layers.render(session.header, session.annotations)
    parsed = layers.parse(written, schema, "layer")
    assert parsed.findings == []
    assert tuple(each for _, each in parsed.annotations) == session.annotations


def test_session_knows_words_no_longer_once_the_only_annotation_of_them_is_undone_or_deleted() -> None:
    session = make()
    known = session.known_words
    name = focus(session.mark("actor", find("militants"), ACTOR))
    assert list(known.mentions()) == [find("militants")]
    session.change(name, "kind", "person")
    assert list(known.mentions()) == [find("militants")]
    session.undo()
    session.undo()
    assert list(known.mentions()) == []
    session.redo()
    assert list(known.mentions()) == [find("militants")]
    session.resize(name, find("talks"))
    assert [place.text(TEXT) for place in known.mentions()] == ["talks"]
    session.delete(name)
    assert list(known.mentions()) == []


def reopened(session: Session, **changes: Mapping[str, Any]) -> Session:
    """A session of what is on the disk after another one, with other values in some annotations."""
    written = layers.render(session.header, session.annotations)
    found = [
        each.model_copy(update=dict(changes.get(each.id, {})))
        for _, each in layers.parse(written, SECURITY, "layer").annotations
    ]
    return make(found, [Draft.model_validate_json(each.model_dump_json()) for each in session.drafts])


def test_session_goes_on_from_one_before_it_and_undoes_what_was_done_there() -> None:
    before = make()
    before.mark("actor", find("India"), ACTOR)
    name = focus(before.mark("measure", find("talks")))
    before.change(name, "type", "dialogue")
    before.change(name, "status", "proposed")
    before.undo()
    last = content_of(before)

    after = reopened(before)
    after.go_on_from(before.past)
    assert after.redo() is not None
    assert after.values(after.get(name))["status"] == "proposed"
    assert after.undo() is not None
    assert content_of(after) == last
    assert [after.undo() is not None for _ in range(4)] == [True, True, True, False]
    assert list(after) == []


def test_session_undoes_nothing_that_others_have_changed_since() -> None:
    before = make()
    mine = focus(before.mark("actor", find("India"), ACTOR))
    theirs = focus(before.mark("actor", find("Pakistan"), ACTOR))
    last = focus(before.mark("actor", find("Pakistan", 1), ACTOR))

    after = reopened(before, **{theirs: {"mention": "pronominal"}})
    after.go_on_from(before.past)
    assert after.undo() is not None
    assert after.undo() is None
    assert (mine in after, theirs in after, last in after) == (True, True, False)


def test_session_of_another_text_has_nothing_to_undo() -> None:
    before = make()
    before.mark("actor", find("India"), ACTOR)
    document = Document.from_bytes("d1", b"Another text.\n")
    header = LayerHeader(document="d1", sha256=document.sha256, schema_id=SECURITY.id, annotator="anna")
    after = Session(document, SECURITY, LayerFile("anna", header))
    after.go_on_from(before.past)
    assert after.undo() is None
