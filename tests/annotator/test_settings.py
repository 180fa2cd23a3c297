"""What the user chose, in a file of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.settings import Settings, read
from corpus.errors import InputRefused, StoreFailed


def test_settings_are_empty_without_a_file(tmp_path: Path) -> None:
    settings = read(tmp_path / "settings.toml")

    assert settings.get("theme", "plain") == "plain"
    assert list(tmp_path.iterdir()) == []


def test_settings_keep_a_choice_beside_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    read(path).keep("theme", "one")
    late = read(path)
    read(path).keep("other", "two")
    late.keep("theme", 'th"ree')

    assert read(path).chosen == {"theme": 'th"ree', "other": "two"}
    assert [each.name for each in path.parent.iterdir()] == ["settings.toml"]


def test_settings_keep_comments_and_the_place_that_a_link_names(tmp_path: Path) -> None:
    there, path = tmp_path / "mine.toml", tmp_path / "settings.toml"
    there.write_text('# why\ntheme = "one"  # for the day\n\n# last\n', encoding="utf-8")
    path.symlink_to(there)

    read(path).keep("theme", "two")

    assert path.is_symlink()
    assert there.read_text(encoding="utf-8") == '# why\ntheme = "two"  # for the day\n\n# last\n'


@pytest.mark.parametrize("text", ["theme = ", "theme = 1", "\x00", "[theme]\nname = 'x'"])
def test_settings_refuse_a_broken_file_and_name_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputRefused, match=r"settings\.toml: E-SETTINGS"):
        read(path)


def test_settings_hold_for_this_time_where_they_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("", encoding="utf-8")
    settings = Settings(tmp_path / "in-the-way" / "settings.toml")

    with pytest.raises((StoreFailed, InputRefused)):
        settings.keep("theme", "one")

    assert settings.get("theme") == "one"
