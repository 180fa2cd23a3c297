"""What the reviewer is told about saving, and how many changes may wait."""

from __future__ import annotations

from dataclasses import dataclass

WAITING_LIMIT = 50
"""After this many changes that are not on the disk yet, no more are taken."""


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

    @property
    def waiting(self) -> int:
        """How many changes are not on the disk."""
        return self.wanted - self.saved

    @property
    def is_full(self) -> bool:
        """Whether too many changes wait for another one to be taken."""
        return self.waiting >= WAITING_LIMIT

    @property
    def sign(self) -> str:
        """The state in one word, as the title line has it."""
        if self.failure is not None:
            return f"NOT SAVED ({self.waiting})"
        return "saved" if self.waiting == 0 else "saving…"
