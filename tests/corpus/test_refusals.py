"""What is said of the Hub's client, and what is not."""

from __future__ import annotations

import errno
import logging
import os
import traceback
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorpusError, HubFailed, LoginMissing, OutputRefused, StoreFailed
from corpus.hub import Hub
from corpus.refusals import Discretion, refused, said_by

TOKEN = "hf_secretOfAnna"


@pytest.mark.parametrize(
    "text",
    [
        f"token {TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f"{{'authorization': 'Bearer {TOKEN}'}}",
        f"http://anna:{TOKEN}@host/x",
        f"https://host/x?token={TOKEN}",
        "hf_anotherTokenOfSomebody",
        "api_org_anotherToken",
        "bearer anything.at-all",
        "https://store/x?X-Amz-Signature=secretOfAnna&y=1",
    ],
)
def test_refusals_keep_secrets_out_of_a_text(text: str) -> None:
    kept = Discretion(TOKEN).keep(text)

    for secret in ("secretOfAnna", "anotherToken", "anything.at-all", "Signature"):
        assert secret not in kept


@settings(deadline=None)
@given(token=st.text(min_size=6, max_size=40), before=st.text(max_size=5), after=st.text(max_size=5))
def test_refusals_keep_any_token_out_of_a_text(token: str, before: str, after: str) -> None:
    assert token not in Discretion(token).keep(before + token + after)


def test_refusals_leave_other_texts_as_they_are() -> None:
    text = "404 Client Error: no such thing at https://host/datasets/anna/routes, see hf_hub"

    assert Discretion(TOKEN).keep(text) == text
    assert Discretion().keep(text) == text


def test_refusals_cut_off_what_quotes_the_token() -> None:
    with pytest.raises(HubFailed) as caught, refused("anna/routes", "trying", Discretion(TOKEN)):
        raise RuntimeError(f"sent {TOKEN}")

    assert "secretOfAnna" not in "".join(traceback.format_exception(caught.value))
    assert "RuntimeError: sent ***" in str(caught.value)


def test_refusals_say_what_the_disk_said(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed) as caught, refused("anna/routes", "reading files", Discretion()):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path))

    assert not isinstance(caught.value, HubFailed)
    assert str(caught.value).startswith(f"{tmp_path}: reading files: No space left on device")


def test_refusals_let_errors_of_the_corpus_pass() -> None:
    error = CorpusError("as it is")

    with pytest.raises(CorpusError) as caught, refused("anna/routes", "trying", Discretion()):
        raise error

    assert caught.value is error


def test_refusals_tell_what_the_client_logs_and_warns_of(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("huggingface_hub.somewhere")
    told: list[str] = []

    with said_by(told.append, Discretion(TOKEN)):
        logger.warning("retrying %s", f"https://host/x?signature={TOKEN}")
        warnings.warn(f"beware of {TOKEN}\nand more", stacklevel=1)
        warnings.warn("nobody's business", DeprecationWarning, stacklevel=1)

    assert told == ["retrying https://host/x", "beware of *** and more"]
    assert capsys.readouterr() == ("", "")


def test_refusals_say_that_the_client_is_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)

    with pytest.raises(HubFailed, match=r"logging in: the client is offline.*Unset HF_HUB_OFFLINE"):
        Hub("anna/routes", lambda _: None).require_login(to_write=True)


def test_refusals_say_that_nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))

    with pytest.raises(LoginMissing, match="E-HUB-LOGIN nobody is logged in"):
        Hub("anna/routes", lambda _: None)


def test_refusals_of_a_name_come_before_anything_else() -> None:
    with pytest.raises(OutputRefused, match="E-HUB-NAME no name of a repository: the owner is missing"):
        Hub("routes", lambda _: None)
