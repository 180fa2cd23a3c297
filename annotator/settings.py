"""What the user chose in the app and wants to find again: `settings.toml` in the user's configuration folder.

::

    theme = "annotator-contrast"
    tutorial = "declined"

The app writes it; a line that is not known here is kept as it is, and so is a comment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import InputRefused, StoreFailed

FILE = "settings.toml"


def user_file() -> Path:
    """Where the user's choices are kept; the file need not be there."""
    import platformdirs

    return Path(platformdirs.user_config_dir("annotator")) / FILE


@dataclass(slots=True)
class Settings:
    """The user's choices, by name. Without a path they last as long as the app."""

    path: Path | None = None
    chosen: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """What was chosen, or the default."""
        return self.chosen.get(name, default)

    def keep(self, name: str, value: str) -> None:
        """Keeps a choice, also for the next time.

        Raises:
            StoreFailed: If the file cannot be written; the choice holds for this time all the same.
        """
        self.chosen[name] = value
        if self.path is not None:
            _write(self.path, {name: value})


def read(path: Path) -> Settings:
    """What a file of choices says; nothing where there is no file.

    Raises:
        InputRefused: If it is not TOML, or a choice is not a string.
    """
    table = _table(path)
    for name, value in table.items():
        if not isinstance(value, str):
            raise _refused(path, f"the value of {name!r} must be a string in quotation marks")
    return Settings(path, table)


def _table(path: Path) -> dict[str, str]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _refused(path, f"it cannot be read as TOML: {error}") from error


def _write(path: Path, changes: Mapping[str, str]) -> None:
    """Puts choices into the file, beside what somebody may have put there; it is replaced whole or not at all."""
    import tomlkit

    from corpus import disk

    _table(path)
    try:
        # Whoever keeps all settings in one place links to them from here.
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
        whole.update(changes)
        disk.replace(path, tomlkit.dumps(whole).encode("utf-8"))
    except OSError as error:
        raise StoreFailed(f"the choice cannot be kept: {error.strerror}", path=path) from error


def _refused(path: Path, what: str) -> InputRefused:
    return InputRefused(what, path=path, code="E-SETTINGS", help="Correct the file, or move it away")
