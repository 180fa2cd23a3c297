"""The index of the search: which words there are, and in which file each is found."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corpus.report.index import Index, Place, bucket, words
from corpus.report.press import Press


class Manifest:
    """As much of a corpus as the page of the search names."""

    name = title = "corpus"
    version = "1.0.0"
    licence = text_licence = None
    id = "x@1.0.0"


def written(folder: Path, index: Index) -> list[list[object]]:
    """The values that the files of an index hand over."""
    index.write(Press(folder, {"corpus": Manifest, "schema": Manifest, "navigation": ()}))
    files = sorted((folder / "index").glob("*.js"))
    texts = [file.read_text(encoding="ascii") for file in files]
    assert all(text.startswith("searchLoaded(") and text.endswith(");\n") for text in texts)
    return [json.loads(text[len("searchLoaded(") : -len(");\n")]) for text in texts]


def test_index_words_are_small_and_compatible() -> None:
    assert words("The ﬁrst CAFÉ, x2: naïve’s") == ["the", "first", "café", "x2", "naïve", "s"]


def test_index_words_of_scripts_without_blanks_are_signs() -> None:
    assert words("第2段") == ["第", "2", "段"]


@given(st.text(min_size=1, max_size=4), st.text(max_size=4), st.sampled_from([1, 2, 8, 1024]))
def test_index_words_with_the_same_beginning_are_in_one_bucket(beginning: str, rest: str, buckets: int) -> None:
    if len(beginning) > 1:
        assert bucket(beginning, buckets) == bucket(beginning + rest, buckets)
    assert 0 <= bucket(beginning, buckets) < buckets


def test_index_leads_from_words_to_places(tmp_path: Path) -> None:
    index = Index()
    for number in range(3):
        index.add(Place("text", f"t{number}", f"p{number}.html"), ["same words", f"own{number}"])

    kinds = {kind: value for kind, _, value in written(tmp_path, index)}

    assert kinds["words"] == {"own0": [0], "own1": [1], "own2": [2], "same": [0, 1, 1], "words": [0, 1, 1]}
    assert kinds["places"] == [["text", f"t{number}", f"p{number}.html", ""] for number in range(3)]


def test_index_is_split_where_it_is_large(tmp_path: Path) -> None:
    index = Index()
    for number in range(900):
        index.add(
            Place("text", str(number), "p.html"), [f"{chr(97 + number % 26)}{chr(97 + number % 25)}word{number}" * 9]
        )

    found = written(tmp_path, index)

    assert sum(kind == "words" for kind, *_ in found) > 1
    assert sum(kind == "places" for kind, *_ in found) == 5
    assert max(file.stat().st_size for file in (tmp_path / "index").iterdir()) < 200_000


def test_index_texts_cannot_end_the_script(tmp_path: Path) -> None:
    index = Index()
    index.add(Place("text", "</script><script>alert(1)", "p.html", "]]>\u2028\u202e<!--"), ["</script>"])

    found = written(tmp_path, index)

    text = "".join(file.read_text(encoding="ascii") for file in (tmp_path / "index").iterdir())
    assert not {"<", ">"} & set(text)
    assert ["places", 0, [["text", "</script><script>alert(1)", "p.html", "]]>␤�<!--"]]] in found
