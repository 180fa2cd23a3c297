"""A corpus's guidelines, cut by label and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import bundled, guidelines
from corpus.corpus import Corpus
from corpus.errors import InputRefused
from corpus.store import Store

CASE = '{"document":"1","start":3,"end":7,"text":"Ganges","decision":%s,"rule":"2.1","why":"A name"}'


def read(folder: Path, text: str = "", cases: str = "") -> guidelines.Guidelines:
    (folder / guidelines.FILE).write_text(text, encoding="utf-8")
    (folder / guidelines.DECIDED).write_text(cases, encoding="utf-8")
    return guidelines.read(Store(folder))


def test_guidelines_are_empty_where_a_corpus_has_none(tmp_path: Path) -> None:
    assert guidelines.read(Store(tmp_path)) == guidelines.Guidelines()


def test_guidelines_end_a_section_at_the_next_heading_and_join_those_about_the_same(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "# All\nfirst\n## 3. `river`\nIt flows.\n\n#### `river.width` in metres\nWide.\n"
        "```\n# `lake` is no heading here\n```\n## Others\nnothing\n### More of `river`\nStill.\n",
    )

    assert found.section("river") == "It flows.\n\nStill."
    assert found.section("river", "width") == "Wide.\n```\n# `lake` is no heading here\n```"
    assert found.section("lake") == found.section("river", "depth") == ""


def test_guidelines_give_the_cases_of_a_label_and_of_a_field(tmp_path: Path) -> None:
    decisions = (
        '{"label":"river","values":{"width":3}}',
        '{"label":"river"}',
        '{"label":null,"without":["river"]}',
    )
    found = read(tmp_path, cases="\n\n".join(CASE % decision for decision in decisions))

    assert [case.values for case in found.cases_of("river")] == [{"width": 3}, {}]
    assert [case.text for case in found.cases_of("river", "width")] == ["Ganges"]
    assert found.cases[2].label is None


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", "3", "{}", CASE % "3", CASE % '{"label":4}', CASE % '{"label":"river","values":[]}',
        CASE.replace("3", "true") % "{}", CASE.replace("3", "-3") % "{}", CASE.replace('"2.1"', "2") % "{}",
        "[" * 100_000,
    ],
)  # fmt: skip
def test_guidelines_refuse_a_line_that_is_no_case_and_name_it(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputRefused, match=r"decided\.jsonl:2: the line is no decided case"):
        read(tmp_path, cases=f"{CASE % '{}'}\n{line}\n")


def test_guidelines_refuse_what_is_not_utf_8_or_too_large(tmp_path: Path) -> None:
    (tmp_path / guidelines.FILE).write_bytes(b"# `river`\n\xff")
    with pytest.raises(InputRefused, match=r"GUIDELINES\.md: byte 10 is not UTF-8"):
        guidelines.read(Store(tmp_path))

    (tmp_path / guidelines.FILE).write_bytes(b"x" * (guidelines.SIZE_LIMIT + 1))
    with pytest.raises(InputRefused, match="4,194,305 bytes"):
        guidelines.read(Store(tmp_path))


def test_guidelines_of_the_bundled_corpus_speak_of_every_label_and_closed_list() -> None:
    corpus = Corpus.open(bundled.folder())
    found = guidelines.read(corpus.store)

    for spec in corpus.schema.specs:
        assert found.section(spec.name), spec.name
        assert found.cases_of(spec.name), spec.name
        for field in spec.fields:
            if field.choices:
                assert found.section(spec.name, field.name), (spec.name, field.name)
