"""`annotator publish` of a corpus in which every text is an attack: what it shows before anything is sent."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.exit_codes import ExitCode
from tests.annotator import hostile
from tests.annotator.hostile import ESCAPES, GROUPS, MARKUP, PAYLOADS, leaks
from tests.annotator.publishing.steps import Publish, writes
from tests.corpus.hub_server import HubServer


def test_publish_dry_run_shows_nothing_of_a_stranger(
    publish: Publish,
    hub: HubServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    module = hostile.schema_module(tmp_path / "path")
    monkeypatch.syspath_prepend(module.parent)
    try:
        corpus = hostile.write_corpus(tmp_path / "public", importlib.import_module(hostile.MODULE))
    finally:
        del sys.modules[hostile.MODULE]
    # The process that publishes finds the module beside the corpus, and is told to trust it.
    (corpus / module.name).write_bytes(module.read_bytes())
    refused = publish(corpus, "--dry-run")
    hostile.make_publishable(corpus)

    shown = publish(corpus, "--dry-run")
    named = publish(corpus, "--dry-run", name=PAYLOADS[0])

    assert (refused.code, shown.code, named.code) == (ExitCode.REFUSED, ExitCode.OK, ExitCode.USAGE), shown.err
    assert shown.table["documents"][0] == str(len(GROUPS))
    assert writes(hub) == []
    for ran in (refused, shown, named):
        assert leaks(ran.out + ran.err) == []
    record_property(
        "campaign",
        f"hostile publishing: {len(ESCAPES)} escapes and {len(MARKUP)} markups, 3 outputs looked at, "
        "nothing got through",
    )
