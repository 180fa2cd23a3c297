"""What the exit code of a command means."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FINDINGS = 1
    """The command did its work and found something wrong."""
    USAGE = 2
    STORE = 3
    """The store cannot be read or written; nothing that was acknowledged is lost."""
    REFUSED = 4
    """The input is not as it must be; nothing was changed."""
    ENVIRONMENT = 5
    """There is no terminal, nobody is logged in, or a package that is needed is not installed."""
    BUSY = 6
    """Somebody else is writing."""
    INTERNAL = 70
    """The program is at fault; a report of it lies in the user's state folder."""
    HANGUP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    """Whoever read the output went away."""
    TERMINATED = 143
