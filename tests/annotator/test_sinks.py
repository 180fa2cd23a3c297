"""Every text that is shown has gone through `safe`: no module has another way to a stream or a widget."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.annotator.sinks import routes

ROOT = Path(__file__).parents[2]

_NOT_SHOWN = "goes into the form, and to no widget"
_MADE_CLEAN = "made of pieces each of which is looked at where it is made"

ALLOWED: dict[tuple[str, str, str], str] = {
    (
        "commands/demo.py",
        "_run",
        "f'{step:<{width}}  {seconds:>6.2f} s  {safe(what)}'",
    ): "our own steps",
    ("screens/asking.py", "take_extent", "form"): _NOT_SHOWN,
    ("screens/asking.py", "take_extent", "field"): _NOT_SHOWN,
    ("screens/asking.py", "take_extent", "extent"): _NOT_SHOWN,
    ("screens/candidates.py", "_draw", "f' {letters:<3}'"): "hint letters",
    ("screens/candidates.py", "_draw", "Content('\\n').join(lines)"): _MADE_CLEAN,
    ("screens/documents.py", "_draw_hint", "self._hint()"): _MADE_CLEAN,
    ("screens/documents.py", "_hint", "what"): "our own words, and the names of statuses and orders",
    ("screens/reading.py", "_draw_title", "line"): "made by widgets/lines.py, through `content`",
    ("screens/reading.py", "_draw_status", "line"): "made by widgets/lines.py, through `content`",
    ("screens/reading.py", "_draw_keys", "line"): "made by widgets/lines.py, through `safe`",
    ("screens/reading.py", "_put", "line"): "looked at where it is called",
    ("screens/tutorial.py", "_tell", "*pieces"): _MADE_CLEAN,
    ("screens/tutorial.py", "_tell", "Content.assemble(*pieces, '\\n', safe(said))"): _MADE_CLEAN,
    ("widgets/inspector.py", "draw", "Lines(lines)"): _MADE_CLEAN,
    ("widgets/inspector.py", "draw", "Lines([_NOTHING])"): "words of our own",
    ("widgets/inspector.py", "_put", "drawn"): "looked at where it is called",
    ("widgets/inspector.py", "_value", "f' {arrow}'"): "one of four arrows",
    ("widgets/kept_lines.py", "refresh", "moved"): "regions, and no text",
    ("widgets/kept_lines.py", "update", "content"): "looked at where it is called",
    ("widgets/kept_lines.py", "update", "self._whole(content, size)"): "looked at where it is called",
    ("widgets/kept_lines.py", "update_within", "content"): "looked at where it is called",
    ("widgets/kept_lines.py", "update_within", "drawn"): "looked at where it is called",
    ("widgets/kept_lines.py", "_put", "content"): "looked at where it is called",
    (
        "widgets/kept_lines.py",
        "_broken",
        "line.plain.ljust(width)",
    ): "of a content, which is looked at where it is made",
    ("widgets/kept_lines.py", "_numbered", "text"): "a piece of a line of such a content",
    ("widgets/kept_lines.py", "_retitled", "new"): "a title, made by `content` where it is set",
    ("widgets/kept_lines.py", "_retitled", "sign * room"): "a rule of our own",
    ("widgets/painting.py", "text", "(min(start, visible), min(end, visible))"): "offsets, and no text",
    ("widgets/painting.py", "text", "line.drawn(start, end)"): "rows draw a stand-in for every such character",
    ("widgets/painting.py", "lane", "between * (low - at)"): "blanks or a rule of our own",
    (
        "widgets/painting.py",
        "lane",
        "bar(high - low, tag, self._fill(run.mark))",
    ): "a tag is made safe where lanes are laid out",
    ("widgets/painting.py", "_strip", "joined[-1][0] + text"): "pieces of what `text` and `lane` draw",
    ("widgets/scroll_bar.py", "_drawn", "text"): "a cell of the library's bar",
}
"""What the analysis cannot follow, each by its first 60 code points, with the reason why it is clean all the same."""

PLANTED = [
    "click.echo(document.title)",
    "click.echo(f'{document.title}')",
    "click.echo('a ' + name, err=True)",
    "print(error)",
    "def f(path):\n    click.echo(str(path))",
    "def f(found):\n    line = safe(found)\n    line = found\n    click.echo(line)",
    "def f(found):\n    for line in found:\n        click.echo(line)",
    "def f(found):\n    lines = []\n    lines.append(found.title)\n    click.echo('\\n'.join(lines))",
    "def f(found):\n    click.echo('\\n'.join(each.title for each in found))",
    "def g(x):\n    return x.name\n\ndef f(x):\n    click.echo(g(x))",
    "def f(name):\n    name = name or 'x'\n    click.echo(name)",
    "sys.stdout.write(text)",
    "click.confirm(f'Overwrite {path}?')",
    "Static(title, markup=False)",
    "Static(f'{title}', markup=False)",
    "Static(safe(title))",
    "Static('[bold]x')",
    "Static(content(x), markup=True)",
    "Content(title)",
    "Content.from_markup('$x', x=title)",
    "Content.assemble((title, 'bold'))",
    "Content.assemble('x', title)",
    "Content.styled(title, 'dim')",
    "Text(title)",
    "Text.from_ansi(safe(title))",
    "Option(title)",
    "self.notify(title, markup=False)",
    "self.notify(safe(title))",
    "self.notify('x', title=name, markup=False)",
    "self.border_title = title",
    "widget.tooltip = f'{title}'",
    "table.add_row(safe(a), b)",
    "table.add_column(title)",
    "from textual.widgets import Static\nself.query_one(Static).update(title)",
    "Segment(title)",
    "SystemCommand(title, 'x', act)",
    "SystemCommand(unmarked(title), f'key: {key}', act)",
    "Button(safe(title))",
]

CLEAN = [
    "click.echo('a word')",
    "click.echo(safe(document.title))",
    "click.echo(f'{safe(title)}: {len(found)}, {share:.1%}')",
    "click.echo(json.dumps(record))",
    "click.echo(repr(argument))",
    "def f(found):\n    lines = [safe(found.title)]\n    lines += ['x']\n    click.echo('\\n'.join(lines))",
    "def f(found):\n    for line in [safe(each) for each in found]:\n        click.echo(line)",
    "def g(x):\n    return safe(x.name)\n\ndef f(x):\n    click.echo(g(x))",
    "def f(count: int):\n    click.echo(f'{count} files')",
    "Static(content(title), markup=False)",
    "Static(safe(title), markup=False)",
    "Static('plain')",
    "Content.assemble((safe(title), 'bold'), ' ')",
    "self.notify(safe(title), markup=False)",
    "self.border_title = content(title)",
    "from textual.widgets import Static\nself.query_one(Static).update(content(title))",
    "SystemCommand(unmarked(title), unmarked(f'key: {key}'), act)",
    "values.update(found)",
    "names.update(each.id for each in found)",
]


def test_sinks_have_no_other_route() -> None:
    found = {
        (path.relative_to(ROOT / "annotator").as_posix(), route.function, route.expression[:60]): route.line
        for path in sorted((ROOT / "annotator").rglob("*.py"))
        for route in routes(path.read_text(encoding="utf-8"))
    }

    ways = [
        f"annotator/{file}:{found[file, function, shown]} {shown}" for file, function, shown in found.keys() - ALLOWED
    ]
    assert sorted(ways) == [], "send it through annotator.display.safe, or say in ALLOWED why it is clean"
    assert sorted(ALLOWED.keys() - found) == [], "these need no reason any more"


@pytest.mark.parametrize("package", ["corpus", "schemas"])
def test_sinks_of_packages_without_a_screen_are_none(package: str) -> None:
    found = [
        (path.name, route.expression)
        for path in sorted((ROOT / package).rglob("*.py"))
        for route in routes(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize("planted", PLANTED)
def test_sinks_see_what_is_planted(planted: str) -> None:
    assert routes(planted)


@pytest.mark.parametrize("clean", CLEAN)
def test_sinks_let_through_what_is_clean(clean: str) -> None:
    assert routes(clean) == []
