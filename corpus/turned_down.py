"""What was turned down in reviews: readings of other layers that a layer's annotators want to see no more.

They lie in the corpus's work folder, outside of what git tracks, one file per layer and document, a key a line.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from corpus import codes
from corpus.errors import StoreBusy
from corpus.store import WORK, Store, check_name, mark_of

_ATTEMPTS = 20
"""How often a write begins again when the file is replaced under it."""


def read(store: Store, layer: str, document: str) -> frozenset[str]:
    """What was turned down in a document, by the keys that a review gives it; nothing where there is no file.

    Raises:
        StoreFailed: If it cannot be read.
    """
    return _keys_in(store.read_bytes(_file(layer, document)))


def keep(
    store: Store, layer: str, document: str, keys: AbstractSet[str], known: AbstractSet[str] = frozenset()
) -> frozenset[str]:
    """Keeps what was turned down in a document, and gives all that is turned down by now, by whomever.

    `known` is what was there when it was read or kept last: only what is otherwise in `keys` is changed.

    Raises:
        StoreBusy: If the file keeps changing.
        StoreFailed: If the file system refuses.
    """
    file = _file(layer, document)
    for _ in range(_ATTEMPTS):
        data = store.read_bytes(file)
        kept = (_keys_in(data) - (known - keys)) | (keys - known)
        lines = "".join(f"{key}\n" for key in sorted(kept)).encode("utf-8")
        try:
            if lines != (data or b""):
                store.write_bytes(file, lines, mark_of(data))
        except StoreBusy:
            continue
        return frozenset(kept)
    raise StoreBusy("the file keeps changing", path=file, code=codes.BUSY.code, help=codes.BUSY.help)


def _file(layer: str, document: str) -> str:
    for name in (layer, document):
        check_name(name)
    return f"{WORK}/turned-down/{layer}/{document}.txt"


def _keys_in(data: bytes | None) -> frozenset[str]:
    return frozenset((data or b"").decode("utf-8", errors="replace").split("\n")) - {""}
