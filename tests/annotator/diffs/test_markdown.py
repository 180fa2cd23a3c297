"""Differences as a comment on a pull request, read as a forge reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from markdown_it import MarkdownIt

from annotator.diffs.markdown import LIMIT, MARK
from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.store import Store
from tests.annotator.diffs.conftest import HOSTILE

Diff = Callable[..., Result]


def outside_of_code(comment: str) -> str:
    """The page that comes of a comment, without what stands as code in it."""
    page: str = MarkdownIt("gfm-like").render(comment)
    return re.sub(r"<code>.*?</code>", "", page)


def test_markdown_has_a_table_a_layer(diff: Diff, changed: Path) -> None:
    ran = diff("--corpus", changed, "--format", "markdown")

    assert (
        ran.stdout
        == f"""\
{MARK}
### Annotations: 2 removed, 1 moved, 1 changed

From `HEAD` to `the folder`.

#### `d1`, layer `gold`

- status: `done` → `flagged`
- comment: nothing → `why?`

|  | label | words | fields |
|---|---|---|---|
| changed | measure | `India proposed` **`intelligence sharing`** `, and India demands the closure…` | \
status: `proposed` → `announced` |
| removed | actor | `…intelligence sharing, and` **`India`** `demands the closure of camps.` | \
mention: `name`<br>kind: `state`<br>metonymy: `none`<br>entity: `one` |
| moved | attribution | ~~`demands`~~ → `…sharing, and India` **`dem`** `ands the closure of camps.` |  |

#### `d2`, layer `rules` (removed)

|  | label | words | fields |
|---|---|---|---|
| removed | group | `The communiqué mentions` **`insurgents of the cafe\u0301`** | \
mention: `nominal`<br>kind: `generic`<br>designation: `insurgent`<br>state\\_link: `none` |

"""
    )


def test_markdown_is_read_as_tables(diff: Diff, changed: Path) -> None:
    page = MarkdownIt("gfm-like").render(diff("--corpus", changed, "--format", "markdown").stdout)

    assert page.count("<table>") == 2
    assert page.count("<tr>") == 2 + 4
    assert page.startswith(MARK)


def test_markdown_lets_no_word_of_the_corpus_act(diff: Diff, changed: Path) -> None:
    words = json.dumps(HOSTILE)[1:-1]
    for file, old in (
        ("layers/gold/d1.jsonl", "why?"), ("entities.jsonl", "The first"), ("documents.jsonl", '"title":null'),
    ):  # fmt: skip
        text = (changed / file).read_text(encoding="utf-8")
        assert old in text
        new = f'"title":"{words}"' if "title" in old else words
        (changed / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    printed = diff("--corpus", changed, "--format", "markdown").stdout

    page = outside_of_code(printed)
    assert not re.search(r"@|#1|javascript|example\.org|<b>|<img|<a ", page)
    assert not set("\x1b\u202e") & set(printed)
    assert page.count("<table>") == 3


def test_markdown_fits_into_a_comment_and_says_what_it_leaves_out(
    diff: Diff, corpus_factory: Callable[..., Path], commit: Callable[[Path], str], tmp_path: Path
) -> None:
    folder = corpus_factory("own", text="rain " * 2000 + "\n")
    commit(tmp_path)
    corpus = Corpus.open(folder)
    header = Store(folder).layer("gold", "d1", corpus.schema).header
    rains = tuple(
        corpus.schema.annotation.validate_python(
            {"id": f"w{number}", "label": "weather", "start": 5 * number, "end": 5 * number + 4, "text": "rain"}
        )
        for number in range(2000)
    )
    Store(folder).write_layer(LayerFile("gold", header, rains))

    printed = diff("--corpus", folder, "--format", "markdown").stdout

    assert LIMIT * 0.9 < len(printed) <= LIMIT + 200
    assert "### Annotations: 2000 added" in printed
    assert re.search(
        r"\n\*Too long for a comment: \d+ more parts left out\. `annotator diff` shows everything\.\*\n$", printed
    )
    assert MarkdownIt("gfm-like").render(printed).count("<table>") > 1


def test_markdown_shows_what_cannot_be_read(diff: Diff, changed: Path) -> None:
    file = changed / "layers/gold/d1.jsonl"
    file.write_bytes(b"<<<<<<< @maintainer\n" + file.read_bytes())

    printed = diff("--corpus", changed, "--format", "markdown").stdout

    assert "- **Cannot be read:** `layers/gold/d1.jsonl` line 1 in `the folder`: E-MERGE-MARKER " in printed
    assert "#### `d1`" not in printed
