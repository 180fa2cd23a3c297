"""`annotator trust`, the option `--trust`, and that no command runs a corpus's module without them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pexpect
import pytest
from click.testing import CliRunner, Result

from annotator.cli import COMMANDS, main
from annotator.exit_codes import ExitCode
from corpus import trust
from corpus.corpus import Corpus
from corpus.errors import SchemaUntrusted

if TYPE_CHECKING:
    from tests.annotator.conftest import Opener

Factory = Callable[..., Path]

READS: dict[str, list[str]] = {
    "agreement": ["gold", "rules"],
    "diff": [],
    "doctor": [],
    "explain": [],
    "export": [],
    "migrate": [],
    "open": [],
    "publish": ["anna/routes", "--dry-run"],
    "report": [],
    "stats": [],
    "validate": [],
    "zones": ["d1"],
}
"""The commands that read a corpus by its schema, with what they need besides."""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


@pytest.fixture
def folder(corpus_factory: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus that brings its schema, with a list of its own on which it is not; it is the current folder."""
    folder = corpus_factory("own")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    monkeypatch.chdir(folder)
    return folder


def options_of(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_trust_is_an_option_of_every_command_that_can_be_given_a_schema(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None

    assert ("--trust" in options_of(command)) == (name in READS)
    assert "--schema" not in options_of(command) or name in READS or name == "init"


def arguments_for(name: str, folder: Path, tmp_path: Path) -> list[str]:
    more = READS[name]
    if name in ("explain", "diff"):
        return [name, "--corpus", str(folder), *more]
    if name in ("export", "report"):
        return [name, str(folder), str(tmp_path / "out")]
    return [name, str(folder), *more]


@pytest.mark.parametrize("name", sorted(READS))
def test_trust_is_asked_for_by_every_command(folder: Path, tmp_path: Path, name: str) -> None:
    ran = run(*arguments_for(name, folder, tmp_path))

    assert ran.exit_code == ExitCode.REFUSED, ran.output
    assert "routes.py: E-SCHEMA-UNTRUSTED" in ran.stderr
    assert "annotator trust" in ran.stderr
    assert ran.stdout == ""


def test_trust_option_holds_for_one_run(folder: Path) -> None:
    assert run("validate", "--trust").exit_code == ExitCode.OK
    assert run("validate", "--schema", "routes:RouteSchema").exit_code == ExitCode.OK
    assert run("validate").exit_code == ExitCode.REFUSED
    assert trust.listed() == []


def test_trust_says_what_it_trusts_and_keeps_it(folder: Path) -> None:
    ran = run("trust", "--yes")

    (kept,) = trust.listed()
    assert ran.exit_code == ExitCode.OK
    assert all(words in ran.stderr for words in (str(folder), "routes:RouteSchema", "routes.py", kept.sha256))
    assert run("validate").exit_code == ExitCode.OK
    assert [json.loads(line) for line in run("trust", "--list").stdout.splitlines()] == [json.loads(kept.line())]


def test_trust_is_taken_back(folder: Path) -> None:
    run("trust", "--yes")

    assert "is trusted no longer" in run("trust", "--forget").stderr
    assert "was not trusted" in run("trust", folder, "--forget").stderr
    assert run("validate").exit_code == ExitCode.REFUSED


def test_trust_asks_nobody_where_there_is_no_terminal(folder: Path) -> None:
    ran = run("trust")

    assert ran.exit_code == ExitCode.USAGE
    assert "--yes" in ran.stderr
    assert trust.listed() == []


def test_trust_is_not_needed_for_what_is_installed(corpus_factory: Factory) -> None:
    ran = run("trust", corpus_factory("adverse"), "--yes")

    assert ran.exit_code == ExitCode.OK
    assert "is installed: this corpus runs nothing of its own" in ran.stderr


def test_trust_shows_names_that_a_terminal_does_not_obey(tmp_path: Path, folder: Path) -> None:
    strange = folder.rename(tmp_path / "a\x1b[31mb")

    ran = run("trust", strange, "--yes")

    assert "\x1b" not in ran.output
    assert "a␛[31mb" in ran.stderr
    assert "\x1b" not in run("trust", "--list").stdout


def test_init_trusts_the_module_that_its_user_names(folder: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / "routes.py").write_bytes((folder / "routes.py").read_bytes())

    ran = run("init", new, "--schema", "routes:RouteSchema")

    assert "You trust routes.py as it is now" in ran.stderr
    assert Corpus.open(new).schema.name == "route"


@pytest.mark.parametrize(("answer", "code"), [("n", ExitCode.REFUSED), ("y", ExitCode.OK)])
def test_trust_asks_at_a_terminal(folder: Path, answer: str, code: ExitCode) -> None:
    child = pexpect.spawn(sys.executable, ["-m", "annotator", "trust"], cwd=str(folder), encoding="utf-8", timeout=60)
    child.expect(r"SHA-256 [0-9a-f]{64}")
    child.expect(r"Do you trust it\?")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == code
    assert len(trust.listed()) == (answer == "y")


def test_open_asks_at_a_terminal_before_it_runs_anything(folder: Path) -> None:
    child = pexpect.spawn(sys.executable, ["-m", "annotator", "open"], cwd=str(folder), encoding="utf-8", timeout=60)
    child.expect(r"Do you trust it\?")
    child.sendline("n")
    child.expect("E-SCHEMA-UNTRUSTED")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == ExitCode.REFUSED
    assert "\x1b[?1049h" not in str(child.before)


async def test_open_app_goes_on_with_the_schema_that_it_began_with(
    folder: Path, tmp_path: Path, opened: Opener
) -> None:
    run("trust", "--yes")
    schema, mark = folder / "routes.py", tmp_path / "was-run"

    def edit(to: str) -> None:
        schema.write_text(f"from pathlib import Path\nPath({str(mark)!r}).touch()\n{to}", encoding="utf-8")

    whole = schema.read_text(encoding="utf-8")
    async with opened(folder, "d1", layer="anna") as hand:
        weather = hand.screen.label_keys["weather"]
        edit(whole.replace("class Weather", "class Storm").replace(" Weather)", " Storm)"))
        await hand.press(weather, "escape")
        edit("raise SystemExit(9)")
        hand.screen.look()
        await hand.settled()
        await hand.press("J", "w", weather, "escape")
        said = hand.words()
        assert [label for label, _ in said] == ["weather"]
        assert "saved" in hand.line("title")
        await hand.press("q")
        assert not hand.app.is_running

    with pytest.raises(SchemaUntrusted, match="has changed since you trusted it"):
        Corpus.open(folder)
    assert run("open", folder, "--as", "anna").exit_code == ExitCode.REFUSED
    assert not mark.exists()
    # Once it is as it was trusted, everything is there.
    schema.write_text(whole, encoding="utf-8")
    layer = Corpus.open(folder).layer("anna")
    assert [each.label for file in layer.values() for each in file.annotations] == ["weather", "weather"]
