"""Where a corpus is looked for, and where one cannot look."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import manifest, place
from corpus.errors import CorpusNotFound


def test_place_is_found_above_and_in_the_folder_of_a_package(tmp_path: Path) -> None:
    folder = tmp_path / "corpus" / "data"
    (folder / "layers").mkdir(parents=True)
    (folder / place.FILE).write_bytes(b"")

    assert place.around(folder / "layers") == folder
    assert place.around(tmp_path / "elsewhere") == folder


def test_place_where_nobody_may_look_is_none(tmp_path: Path) -> None:
    # The system refuses to look there, whoever asks, as it does where there is no permission.
    path = tmp_path / ("a" * 300)

    assert place.around(path) is None
    with pytest.raises(CorpusNotFound, match="no corpus"):
        manifest.find(path)
