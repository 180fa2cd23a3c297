"""The header of a layer's file."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas import LayerHeader, Status

HEADER: dict[str, Any] = {"document": "d", "sha256": "a" * 64, "schema": "security@1.0.0", "annotator": "anna"}


def test_layer_header_is_open_unless_it_says_otherwise() -> None:
    assert LayerHeader.model_validate(HEADER).status is Status.OPEN


@pytest.mark.parametrize("status", list(Status))
def test_layer_header_survives_json(status: Status) -> None:
    header = LayerHeader.model_validate(HEADER | {"status": status.value, "comment": "why"})

    written = header.model_dump_json(by_alias=True)

    assert LayerHeader.model_validate_json(written) == header
    assert '"schema":"security@1.0.0"' in written


@pytest.mark.parametrize("comment", [None, "", "  \n"])
def test_layer_header_that_is_flagged_says_why(comment: str | None) -> None:
    with pytest.raises(ValidationError, match="comment"):
        LayerHeader.model_validate(HEADER | {"status": "flagged", "comment": comment})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document", "../d"),
        ("document", None),
        ("sha256", "a" * 63),
        ("sha256", "A" * 64),
        ("schema", "security"),
        ("schema", "security@1.0"),
        ("schema", "Security@1.0.0"),
        ("schema", "security@1.0.0\n"),
        ("annotator", ""),
        ("annotator", "a b"),
        ("status", "over"),
        ("colour", "red"),
    ],
)
def test_layer_header_refuses_what_is_not_as_it_must_be(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        LayerHeader.model_validate(HEADER | {field: value})


@pytest.mark.parametrize("field", sorted(HEADER))
def test_layer_header_needs_every_field(field: str) -> None:
    with pytest.raises(ValidationError):
        LayerHeader.model_validate({key: value for key, value in HEADER.items() if key != field})
