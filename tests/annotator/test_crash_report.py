"""What is written down when the program is at fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.crash_report import described, told, write


def failed(message: str) -> Exception:
    def fail(value: str) -> None:
        raise ValueError(message)

    with pytest.raises(ValueError, match=r".*") as caught:
        fail("what a variable" + " holds")
    return caught.value


def test_crash_report_names_the_way_and_no_value() -> None:
    text = described(failed("odd"))

    assert "ValueError: odd" in text
    assert "in fail" in text
    assert text.count("what a variable holds") == 0
    assert "Python 3." in text


def test_crash_report_speaks_to_no_terminal() -> None:
    assert not {"\x1b", "\x9b", "\u202e"} & set(described(failed("\x1b[2J\x9b1m\u202e")))


def test_crash_report_is_for_its_user_alone(tmp_path: Path) -> None:
    path = write(failed("odd"), into=tmp_path / "new" / "folder")

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_crash_report_keeps_the_newest_twenty(tmp_path: Path) -> None:
    written = [write(failed(str(number)), into=tmp_path) for number in range(23)]

    assert sorted(tmp_path.iterdir()) == written[3:]


def test_crash_report_is_shown_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    text = told(failed("odd"), "all is saved", into=tmp_path / "file")

    assert "all is saved" in text
    assert "no report could be written" in text
    assert "in fail" in text


def test_crash_report_cuts_a_long_message_in_what_is_told(tmp_path: Path) -> None:
    first = told(failed("x" * 5000), into=tmp_path).split("\n")[0]

    assert len(first) < 200
