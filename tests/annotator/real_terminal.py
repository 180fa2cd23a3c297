"""A process at a terminal of its own: what it writes there, byte for byte, and what is left of it at the end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

PATIENCE = 60.0
"""How many seconds anything may take before a test gives up."""

APP = ("-m", "annotator", "open")


class RealTerminal:
    """Runs Python with a pseudo-terminal for stdin, stdout and stderr."""

    def __init__(
        self,
        *arguments: str | Path,
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] | None = None,
        controls: bool = True,
        ignore_hangup: bool = False,
        program: Sequence[str] = (sys.executable,),
    ) -> None:
        """`size` is columns and rows; without `controls`, the terminal's end is no hang-up for the process."""
        self.output = b""
        """All that the process has written so far."""
        self._seen = 0
        self._master, slave = pty.openpty()
        self._set_size(*size)
        self.attributes = termios.tcgetattr(slave)

        def in_session() -> None:
            if controls:
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            if ignore_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        self._process = subprocess.Popen(
            [*program, *map(str, arguments)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
            start_new_session=True,
            preexec_fn=in_session,  # noqa: PLW1509 # this process has no other thread that holds a lock
        )
        self._slave = slave
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        for descriptor in (self._master, self._slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Changes the size of the window, and tells the process."""
        self._set_size(columns, rows)
        self.signal(signal.SIGWINCH)

    def signal(self, number: int) -> None:
        """Sends a signal to the process."""
        os.kill(self.pid, number)

    def send(self, keys: str) -> None:
        """Types."""
        os.write(self._master, keys.encode())

    def read(self, seconds: float = 0.0) -> bool:
        """Takes what there is to be read, after at most some seconds; whether there was anything."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            data = b""
        self.output += data
        return bool(data)

    def expect(self, pattern: str) -> str:
        """Waits until something is written that matches, after what was waited for before; gives all of it."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern.encode(), self.output[self._seen :])):
            assert time.monotonic() < deadline, f"{pattern!r} is not in {self.output[self._seen :]!r}"
            self.read(0.1)
        text = self.output[self._seen : self._seen + found.end()].decode(errors="replace")
        self._seen += found.end()
        return text

    def drop(self) -> None:
        """Closes the terminal under the process."""
        os.close(self._slave)
        os.close(self._master)

    def ended(self, seconds: float = PATIENCE) -> int:
        """Reads what there is until the process ends, and gives its exit code; minus a signal's number for that."""
        deadline = time.monotonic() + seconds
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end: {self.output[-2000:]!r}"
            with contextlib.suppress(OSError, ValueError):
                self.read(0.05)
        with contextlib.suppress(OSError, ValueError):
            while self.read():
                pass
        return self._process.returncode

    @property
    def is_gone(self) -> bool:
        """Whether no process of its group is left."""
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return True
        return False

    @property
    def is_as_found(self) -> bool:
        """Whether the terminal's modes are what they were before the process began."""
        return termios.tcgetattr(self._slave) == self.attributes

    def state(self) -> str:
        """The state of the process as the system has it: `R`unning, `S`leeping, s`T`opped."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def seconds(self) -> float:
        """How much of a processor's time the process has taken up to now."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def until(self, state: str) -> None:
        """Waits until the process is in a state."""
        deadline = time.monotonic() + PATIENCE
        while self.state() != state:
            assert time.monotonic() < deadline, f"it stays {self.state()}"
            self.read(0.02)
