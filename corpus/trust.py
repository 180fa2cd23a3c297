"""Which corpora their user trusts to run a schema's module that lies beside `corpus.toml`.

A line of the user's own list names the folder, the schema, and the digest of what was trusted: the schema's name and
the bytes of its module. A module that has changed since is asked about again::

    {"folder":"/home/anna/letters","schema":"letters:LetterSchema","sha256":"9f86…"}
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from corpus import disk, jsonl
from corpus.errors import InputRefused, SchemaUntrusted, StoreBusy
from corpus.modules import Beside
from corpus.store import Store, mark_of, parse_records
from schemas import Finding, Severity, digest
from schemas.document import Digest

FILE = "trusted.jsonl"
"""The list, in the user's configuration folder."""

CODE = "E-SCHEMA-UNTRUSTED"

_ATTEMPTS = 20
_granted: ContextVar[bool] = ContextVar("granted", default=False)


class Trusted(BaseModel):
    """One line of the list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Annotated[str, Field(min_length=1)]
    """The folder of the corpus, with every symbolic link resolved."""
    schema_path: Annotated[str, Field(alias="schema")]
    """The schema, as `corpus.toml` names it."""
    sha256: Digest
    """The digest of the schema's name and of its module."""

    @classmethod
    def of(cls, schema: str, module: Beside) -> Trusted:
        """The line that trusts a module, and nothing else."""
        key = digest(b"\0".join((schema.encode("utf-8"), module.data)))
        return cls.model_validate({"folder": str(module.file.parent.resolve()), "schema": schema, "sha256": key})

    def line(self) -> str:
        """The line."""
        return self.model_dump_json(by_alias=True)


def user_folder() -> Path:
    """Where the list is kept; it need not be there."""
    import platformdirs

    return Path(platformdirs.user_config_dir("annotator"))


@contextlib.contextmanager
def granted(*, grants: bool = True) -> Iterator[None]:
    """Lets every schema's module be run that a corpus brings along, as long as this lasts.

    For programs that read corpora of their own. With `grants=False` the list alone decides again.
    """
    token = _granted.set(grants)
    try:
        yield
    finally:
        _granted.reset(token)


def require(schema: str, module: Beside) -> None:
    """Refuses a module that the user has not trusted as it is.

    Raises:
        SchemaUntrusted: If it is not trusted; the message says what to do.
        InputRefused: If the list cannot be read.
    """
    wanted = Trusted.of(schema, module)
    if _granted.get() or wanted in listed():
        return
    changed = any(each.folder == wanted.folder and each.schema_path == schema for each in listed())
    since = "has changed since you trusted it" if changed else "came with it"
    raise SchemaUntrusted(
        f"reading this corpus runs this module, which {since} (SHA-256 {wanted.sha256[:16]}…); it was not run",
        path=module.file,
        code=CODE,
        help="Look at it; then run `annotator trust` on the corpus, or give --trust to run it this once",
    )


def listed() -> list[Trusted]:
    """What the user has trusted.

    Raises:
        InputRefused: If the list is not as it must be.
        StoreFailed: If it cannot be read.
    """
    return _parsed(Store(user_folder()).read_bytes(FILE))


def remember(schema: str, module: Beside) -> Trusted:
    """Puts a module on the list, in the place of what was trusted in its folder.

    Raises:
        InputRefused: If the list is not as it must be; it is left alone.
        StoreBusy: If it keeps changing.
        StoreFailed: If the file system refuses.
    """
    new = Trusted.of(schema, module)
    _rewrite(new.folder, [new])
    return new


def forget(folder: Path) -> bool:
    """Takes a corpus off the list, and says whether it was on it.

    Raises:
        InputRefused: If the list is not as it must be; it is left alone.
        StoreBusy: If it keeps changing.
        StoreFailed: If the file system refuses.
    """
    return _rewrite(str(folder.resolve()), [])


def _rewrite(folder: str, added: list[Trusted]) -> bool:
    store = Store(user_folder())
    for attempt in range(1, _ATTEMPTS + 1):
        data = store.read_bytes(FILE)
        before = _parsed(data)
        kept = [each for each in before if each.folder != folder]
        if len(kept) == len(before) and not added:
            return False
        try:
            _make(store.folder)
            store.write_bytes(
                FILE, jsonl.render(each.model_dump(by_alias=True) for each in kept + added), mark_of(data)
            )
        except StoreBusy:
            if attempt == _ATTEMPTS:
                raise
        else:
            break
    return True


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise disk.failed(folder, error) from error


def _parsed(data: bytes | None) -> list[Trusted]:
    found: list[Trusted] = []
    for record in parse_records(data or b"", FILE, Trusted):
        if not isinstance(record, Finding):
            found.append(record[1])
        elif record.severity is Severity.ERROR:
            raise InputRefused.by(record, user_folder())
    return found
