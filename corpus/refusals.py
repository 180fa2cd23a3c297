"""What the Hub's client raises and says, in our words: what went wrong, what became of it, what to do.

A login's token is in no text that leaves this module, however the client or the Hub quotes it: raised, logged or
warned of. Neither is the signature of an address in storage, which would let whoever reads it write there.
"""

from __future__ import annotations

import contextlib
import logging
import re
import warnings
from collections.abc import Iterator

from corpus.errors import CorpusError, HubFailed, InputRefused, LoginMissing, NameUnknown, StoreBusy, StoreFailed
from corpus.exports import Tell

NETWORK = "E-HUB-NETWORK"
LOGIN = "E-HUB-LOGIN"
RIGHTS = "E-HUB-RIGHTS"
MISSING = "E-HUB-MISSING"
BUSY = "E-HUB-BUSY"
CARD = "E-HUB-CARD"
FAILED = "E-HUB-FAILED"

NOTHING_DONE = "Nothing was published"
"""What has become of it when something fails before the commit."""

_HIDDEN = "***"
_LONGEST = 600
"""The most code points of the Hub's own words that are repeated."""

_POINTER = " For more information check:"
"""Begins what the client adds to every answer that it knows nothing of: where its number is explained."""

_SECRET = re.compile(r"\b(?:hf|api_org)_\w{6,}|(?<=[Bb]earer )[^\s'\"]+")
_QUERY = re.compile(r"(https?://[^\s'\"?]+)\?[^\s'\"]*")
_USER = re.compile(r"(https?://)[^\s'\"/@]+@")


class Discretion:
    """Keeps a token out of texts."""

    def __init__(self, token: str | None = None) -> None:
        # A library may quote a token with signs escaped, which leaves its runs of plain ones as they are.
        self._pieces = sorted(
            {token or "", *re.split(r"[^A-Za-z0-9]+", token or "")}, key=lambda piece: (-len(piece), piece)
        )

    def keep(self, text: str) -> str:
        """The text without anything that would let its reader in."""
        for piece in self._pieces:
            if len(piece) >= 6:
                text = text.replace(piece, _HIDDEN)
        return _USER.sub(r"\1", _QUERY.sub(r"\1", _SECRET.sub(_HIDDEN, text)))


@contextlib.contextmanager
def said_by(tell: Tell, discretion: Discretion) -> Iterator[None]:
    """What the client logs and warns of goes to `tell`, and nowhere else."""
    logger = logging.getLogger("huggingface_hub")
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [_Telling(tell, discretion)], False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
    finally:
        logger.handlers, logger.propagate = handlers, propagate
        for warning in caught:
            if not issubclass(warning.category, DeprecationWarning | ResourceWarning):
                tell(_short(discretion.keep(str(warning.message))))


class _Telling(logging.Handler):
    """Tells what is logged."""

    def __init__(self, tell: Tell, discretion: Discretion) -> None:
        super().__init__()
        self._tell = tell
        self._discretion = discretion

    def emit(self, record: logging.LogRecord) -> None:
        """Tells one message."""
        self._tell(_short(self._discretion.keep(record.getMessage())))


@contextlib.contextmanager
def refused(repository: str, doing: str, discretion: Discretion, so: str = NOTHING_DONE) -> Iterator[None]:
    """Turns whatever the client raises into an error of the corpus.

    Args:
        repository: The name of the repository.
        doing: What is being done.
        discretion: Keeps the token out of the message.
        so: What has become of the publication if this fails.

    Raises:
        LoginMissing: If the login is missing or not accepted.
        StoreBusy: If somebody else has pushed meanwhile.
        InputRefused: If the Hub does not take what it was sent.
        NameUnknown: If there is no such repository or revision.
        HubFailed: If the Hub cannot be reached, has a fault, or does not let us.
        StoreFailed: If the disk refuses.
    """
    try:
        yield
    except CorpusError:
        raise
    except Exception as error:  # noqa: BLE001 - raised again, in our words
        # The original is cut off: a traceback would print its text, whatever that quotes.
        raise _refusal(error, repository, doing, discretion, so) from None


def _refusal(error: Exception, repository: str, doing: str, discretion: Discretion, so: str) -> CorpusError:
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled

    chain = list(_causes(error))
    words = _short(discretion.keep(str(error)) or type(error).__name__)
    again = f"{so}; the same command can be run again"
    for each in chain:
        if isinstance(each, HfHubHTTPError):
            said = _short(discretion.keep(each.server_message or words))
            if isinstance(error, RuntimeError):
                # So a large file fails, which goes to a storage that knows neither logins nor cards.
                return HubFailed(f"{doing}: the storage refuses: {said}", path=repository, code=FAILED, help=again)
            return _answered(each, said, repository, doing, so)
        if isinstance(each, OfflineModeIsEnabled):
            return HubFailed(f"{doing}: the client is offline", code=NETWORK, help=f"{so}. Unset HF_HUB_OFFLINE")
        if isinstance(each, LocalTokenNotFoundError):
            return no_login()
    if any(type(each).__module__.split(".")[0] in ("httpx", "httpx2") for each in chain):
        reason = _short(discretion.keep(str(chain[-1])) or type(chain[-1]).__name__)
        return HubFailed(
            f"{doing}: the Hub cannot be reached, or the connection broke: {reason}",
            path=repository,
            code=NETWORK,
            help=f"{so}. Look at the network and at HF_ENDPOINT, then run the same command again",
        )
    last = chain[-1]
    if isinstance(last, OSError) and last.errno is not None and last.strerror:
        return StoreFailed(f"{doing}: {last.strerror}", path=last.filename, help=again)
    return HubFailed(f"{doing}: {type(last).__name__}: {words}", path=repository, code=FAILED, help=again)


def no_login() -> LoginMissing:
    """What is said where there is no login."""
    return LoginMissing(
        "nobody is logged in to the Hub",
        code=LOGIN,
        help="Run `hf auth login`, or set HF_TOKEN; a token that may write is made in the settings of the Hub",
    )


def _answered(error: Exception, said: str, repository: str, doing: str, so: str) -> CorpusError:
    """What an answer of the Hub that is no success amounts to."""
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

    assert isinstance(error, HfHubHTTPError)
    status = error.response.status_code
    what = f"{doing}: the Hub answers {status}: {said}"
    if isinstance(error, RevisionNotFoundError):
        return NameUnknown(what, path=repository, code=MISSING, help=f"{so}. Name a branch that is there")
    if isinstance(error, RepositoryNotFoundError):
        help_ = f"{so}. There is no such repository, or this login may not see it"
        return NameUnknown(what, path=repository, code=MISSING, help=help_)
    if status == 401:
        help_ = f"{so}. Log in anew with `hf auth login`, or set HF_TOKEN to a token that is valid"
        return LoginMissing(what, code=LOGIN, help=help_)
    if status == 403:
        return no_rights(what, repository, so)
    if status in (409, 412):
        return StoreBusy(
            f"somebody else is pushing, or has pushed since it was read: {said}",
            path=repository,
            code=BUSY,
            help=f"{so}. Nothing was overwritten: run the same command again, and it shows what changes by now",
        )
    if status in (400, 413, 422):
        return InputRefused(
            f"{doing}: the Hub does not take what it is sent: {said}",
            path=repository,
            code=CARD,
            help=f"{so}. Correct what it names; the card is made from corpus.toml and the corpus's README.md",
        )
    return HubFailed(what, path=repository, code=FAILED, help=f"{so}; the same command can be run again later")


def no_rights(what: str, repository: str, so: str = NOTHING_DONE) -> HubFailed:
    """What is said where a login may not do what was asked."""
    return HubFailed(
        what,
        path=repository,
        code=RIGHTS,
        help=f"{so}. Log in with a token that may write there, ask its owner for the right to write, or propose the "
        "change with --create-pr",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it was raised for, as far as that was said."""
    while True:
        yield error
        if error.__cause__ is None:
            return
        error = error.__cause__


def _short(text: str) -> str:
    """A text on one line, without a full stop at its end, cut where it is too long to be read."""
    text = " ".join(text.split()).partition(_POINTER)[0].rstrip(".")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
