"""What is still missing in a draft, and the annotation that it becomes when nothing is."""

from __future__ import annotations

from pydantic import ValidationError

from corpus.drafts import Draft
from corpus.rule_faults import described
from schemas import Annotation, LabelSchema

UNPLACED = "its own words are not marked yet"
"""What is missing where only a part of an annotation is known."""


def completed(draft: Draft, schema: LabelSchema, text: str) -> Annotation | None:
    """The annotation of a document's text that a draft amounts to, or nothing while the schema does not allow it."""
    try:
        return _validated(draft, schema, text) if draft.placed else None
    except Exception:  # noqa: BLE001 - a schema is its user's program, and may raise anything
        return None


def faults(draft: Draft, schema: LabelSchema, text: str) -> dict[str, str]:
    """Why the schema does not allow a draft yet, by field; what concerns several fields is under an empty name."""
    try:
        _validated(draft, schema, text)
    except ValidationError as error:
        own = {field.name for field in schema.by_name[draft.label].fields}
        found: dict[str, str] = {}
        for each in error.errors(include_url=False, include_input=False):
            # A validator over several fields has no place of its own; it may name the field to look at.
            places = (*each["loc"], each.get("ctx", {}).get("field"))
            name = next((str(part) for part in places if part in own), "")
            found.setdefault(name, "is missing" if each["type"] == "missing" else each["msg"])
        return found if draft.placed else {**found, "": UNPLACED}
    except Exception as error:  # noqa: BLE001 - as above
        return {"": f"the schema fails: {described(error)}"}
    return {} if draft.placed else {"": UNPLACED}


def _validated(draft: Draft, schema: LabelSchema, text: str) -> Annotation:
    return schema.annotation.validate_python(
        {
            "id": draft.id,
            "label": draft.label,
            "start": draft.start,
            "end": draft.end,
            "fragments": draft.extent if len(draft.extent) > 1 else None,
            "text": draft.extent.text(text),
            "score": draft.score,
            "settled": draft.settled,
            **draft.values,
        }
    )
