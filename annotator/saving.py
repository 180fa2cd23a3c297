"""What the reviewer is told about saving, and how many changes may wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WAITING_LIMIT = 50
"""After this many changes that are not on the disk yet, no more are taken."""
_NAMED = 3
"""How many of the annotations that both sides changed are named in a message."""


@dataclass(slots=True)
class SaveState:
    """What is on the disk and what is not, for one session."""

    saved: int = 0
    """The revision that was last brought to the disk."""
    wanted: int = 0
    """The revision that the session is at."""
    running: bool = False
    """Whether a save is under way."""
    failure: str | None = None
    """Why the last save failed."""
    written: int = 0
    """The revision that was last brought into the layer's file; what was saved since is in the journal."""
    writing: bool = False
    """Whether the layer's file is being written."""
    looking: bool = False
    """Whether it is being looked at what somebody else did to the layer's file: nothing is written until it is here."""
    refused: str | None = None
    """Why the layer's file could not be written last."""
    read_only: str = ""
    """Why nothing may be changed here; empty where it may."""

    @property
    def waiting(self) -> int:
        """How many changes are not on the disk."""
        return self.wanted - self.saved

    @property
    def unwritten(self) -> int:
        """How many changes are not in the layer's file."""
        return self.wanted - self.written

    @property
    def is_busy(self) -> bool:
        """Whether something is being saved, written or looked at."""
        return self.running or self.writing or self.looking

    @property
    def is_full(self) -> bool:
        """Whether too many changes wait for another one to be taken."""
        return self.waiting >= WAITING_LIMIT

    @property
    def why_locked(self) -> str:
        """Why no change is taken; empty where one is."""
        if self.read_only or not self.is_full:
            return self.read_only
        return f"{WAITING_LIMIT} changes are not saved; no more are taken until they are. Press s to try again."

    @property
    def is_troubled(self) -> bool:
        """Whether something keeps changes from where they belong."""
        return bool(self.failure is not None or self.refused is not None or self.read_only)

    @property
    def sign(self) -> str:
        """The state in few words, as the title line has it."""
        if self.read_only:
            return "READ-ONLY"
        if self.failure is not None:
            return f"NOT SAVED ({self.waiting})"
        if self.waiting:
            return "saving…"
        return "saved" if self.refused is None else f"saved, FILE NOT WRITTEN ({self.unwritten})"

    @property
    def at_stake(self) -> str:
        """What whoever leaves now leaves behind."""
        if self.waiting:
            return f"{self.waiting} changes are not saved and would be lost."
        return f"{self.unwritten} changes are kept in the journal, and not in the layer's file."


def told_of_merge(changed_twice: Sequence[str], count: int) -> str:
    """What is said where somebody else has changed the file: the words of what both sides changed, and how many."""
    message = "the file had changed on disk: both sides were merged"
    if count:
        message += f"; {count} annotations were changed on both sides, all kept"
    if changed_twice:
        more = f" and {len(changed_twice) - _NAMED} more" if len(changed_twice) > _NAMED else ""
        message += f": {', '.join(f'“{words}”' for words in changed_twice[:_NAMED])}{more}"
    return message
