"""The user's own keys: `keys.toml` in the user's configuration folder, checked against what can be bound.

::

    preset = "vim"

    [keys]
    "document.done" = "Z"
    "label.actor" = "p"

Every action has an id, which the list of keys (`?`) and `annotator keys` show; a label's is `label.` and its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import InputRefused

FILE = "keys.toml"
LABEL = "label."
"""What the ids of labels begin with."""

PRESETS: Mapping[str, Mapping[str, str]] = {
    "plain": {},
    "vim": {
        "cursor.left": "h,left",
        "cursor.down": "j,down",
        "cursor.up": "k,up",
        "cursor.right": "l,right",
        "cursor.home": "circumflex_accent,home",
        "cursor.end": "dollar_sign,end",
    },
}
"""Sets of keys to begin with; `plain` is what the app has of itself."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One action that can be bound: its id, its keys as the app has them, and where they mean something."""

    id: str
    keys: tuple[str, ...]
    place: str
    """Keys clash only within one place."""
    what: str
    """What the action does."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """What the user changed: keys by the id of an action, and the keys of labels."""

    keys: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def of(self, bound: Bound) -> tuple[str, ...]:
        """The keys that an action has with this map."""
        return tuple(self.keys[bound.id].split(",")) if bound.id in self.keys else bound.keys


def user_file() -> Path:
    """Where the user's keys are kept; the file need not be there."""
    import platformdirs

    return Path(platformdirs.user_config_dir("annotator")) / FILE


def read(path: Path, known: Iterable[Bound]) -> Keymap:
    """What a file of keys says; nothing where there is no file.

    Raises:
        InputRefused: If it is not TOML, names a preset or an action that there is none of, or gives two actions of one
            place the same key; the message names both.
    """
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return Keymap()
    except (OSError, ValueError, RecursionError) as error:
        raise _refused(path, f"it cannot be read as TOML: {error}") from error
    known = list(known)
    preset = table.pop("preset", "plain")
    given = table.pop("keys", {})
    if table:
        raise _refused(path, f"it may hold `preset` and a table `[keys]`, not {', '.join(map(repr, table))}")
    if preset not in PRESETS:
        raise _refused(path, f"there is no preset {preset!r}; there is {', '.join(PRESETS)}")
    if not isinstance(given, dict) or not all(isinstance(keys, str) and keys for keys in given.values()):
        raise _refused(path, 'a line of `[keys]` is an action and its keys: "document.done" = "Z"')
    ids = {bound.id for bound in known}
    for name in given:
        if name not in ids and not name.startswith(LABEL):
            raise _refused(path, f"there is no action {name!r}", "List them with `annotator keys`")
    labels = {name.removeprefix(LABEL): key for name, key in given.items() if name.startswith(LABEL)}
    for name, key in labels.items():
        if len(key) != 1:
            raise _refused(path, f"the key of the label {name!r} must be one character, not {key!r}")
    chosen = {**PRESETS[preset], **{name: keys for name, keys in given.items() if not name.startswith(LABEL)}}
    keymap = Keymap({name: keys.replace(" ", "") for name, keys in chosen.items() if name in ids}, labels)
    for key, one, other in clashes(keymap, known):
        raise _refused(path, f"the key {key!r} would mean both {one} and {other}", "Give one of them another key")
    return keymap


def clashes(keymap: Keymap, known: Iterable[Bound]) -> Iterable[tuple[str, str, str]]:
    """Keys that would mean two things at once, where the map changes at least one of them."""
    taken: dict[tuple[str, str], str] = {}
    for bound in known:
        for key in keymap.of(bound):
            other = taken.setdefault((bound.place, key), bound.id)
            if other != bound.id and (bound.id in keymap.keys or other in keymap.keys):
                yield key, other, bound.id
    # In a form or a list a label's key means nothing.
    letters = {key: bound.id for bound in known if bound.place == "text" for key in keymap.of(bound)}
    for name, key in keymap.labels.items():
        if key in letters:
            yield key, letters[key], f"{LABEL}{name}"


def _refused(path: Path, what: str, way_out: str = "Correct the file, or move it away") -> InputRefused:
    return InputRefused(what, path=path, code="E-KEYS", help=way_out)
