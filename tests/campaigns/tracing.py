"""The operations that a program asks of the file system below one folder: named, counted, and failing where asked.

Nothing of it is in the product: the functions of `os` and `fcntl` are wrapped for as long as a trace runs.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, before it is done."""

    name: str
    """`create`, `open`, `write`, `fsync`, `sync_folder`, `rename`, `unlink`, `mkdir`, `ftruncate`, `flock`."""
    path: Path
    data: bytes = b""
    """What is written."""
    target: Path | None = None
    """What it is renamed to."""
    size: int = 0
    """To how many bytes it is cut."""

    @property
    def is_durable(self) -> bool:
        """Whether it changes what is on the disk, or what of it is sure to stay."""
        return self.name not in ("open", "flock")


Hook = Callable[[Operation], int | None]
"""Is told of an operation before it is done, and may raise; how many bytes are written at most, if not all."""


class _Trace:
    """The wrapped functions, and which descriptors were opened below the folder."""

    def __init__(self, folder: Path, before: Hook, after: Callable[[Operation], None]) -> None:
        self._folder = folder
        self._before = before
        self._after = after
        self._paths: dict[int, Path] = {}
        self._open = self._wrapped(os.open, self._of_open)
        self._close = os.close

    def functions(self) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
        """What is put in the place of what."""
        yield os, "open", self._opened
        yield os, "close", self._closed
        yield os, "write", self._wrapped(os.write, self._of_write)
        yield os, "fsync", self._wrapped(os.fsync, self._of_sync)
        yield os, "ftruncate", self._wrapped(os.ftruncate, self._of_cut)
        yield fcntl, "flock", self._wrapped(fcntl.flock, self._of_lock)
        for name in ("rename", "replace"):
            yield os, name, self._renaming(getattr(os, name))
        for name in ("unlink", "mkdir"):
            yield os, name, self._wrapped(getattr(os, name), partial(self._of_name, name))

    def _wrapped(self, real: Callable[..., Any], told: Callable[..., Operation | None]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            operation = told(*arguments)
            if operation is None:
                return real(*arguments, **named)
            limit = self._before(operation)
            if limit is not None and operation.name == "write":
                arguments = (arguments[0], memoryview(arguments[1])[:limit])
                operation = Operation("write", operation.path, operation.data[:limit])
            result = real(*arguments, **named)
            self._after(operation)
            return result

        return call

    def _within(self, path: Any) -> Path | None:
        found = Path(os.fspath(path)) if isinstance(path, str | os.PathLike) else None
        return found if found is not None and found.is_relative_to(self._folder) else None

    def _of_open(self, path: Any, flags: int, *_: Any) -> Operation | None:
        found = self._within(path)
        return None if found is None else Operation("create" if flags & os.O_CREAT else "open", found)

    def _of_name(self, name: str, path: Any, *_: Any) -> Operation | None:
        found = self._within(path)
        return None if found is None else Operation(name, found)

    def _of_renaming(self, path: Any, target: Any) -> Operation | None:
        found = self._within(path)
        return None if found is None else Operation("rename", found, target=Path(os.fspath(target)))

    def _of_write(self, descriptor: int, data: Any) -> Operation | None:
        found = self._paths.get(descriptor)
        return None if found is None else Operation("write", found, bytes(data))

    def _of_sync(self, descriptor: int) -> Operation | None:
        found = self._paths.get(descriptor)
        return None if found is None else Operation("sync_folder" if found.is_dir() else "fsync", found)

    def _of_cut(self, descriptor: int, size: int) -> Operation | None:
        found = self._paths.get(descriptor)
        return None if found is None else Operation("ftruncate", found, size=size)

    def _of_lock(self, descriptor: int, _: int) -> Operation | None:
        found = self._paths.get(descriptor)
        return None if found is None else Operation("flock", found)

    def _opened(self, path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        descriptor: int = self._open(path, flags, *arguments, **named)
        self._paths.pop(descriptor, None)
        if (found := self._within(path)) is not None:
            self._paths[descriptor] = found
        return descriptor

    def _closed(self, descriptor: int) -> None:
        self._paths.pop(descriptor, None)
        self._close(descriptor)

    def _renaming(self, real: Callable[..., Any]) -> Callable[..., Any]:
        wrapped = self._wrapped(real, self._of_renaming)

        def call(path: Any, target: Any, **named: Any) -> None:
            wrapped(path, target, **named)
            for descriptor, opened in self._paths.items():
                if opened == Path(os.fspath(path)):
                    self._paths[descriptor] = Path(os.fspath(target))

        return call


@contextlib.contextmanager
def traced(
    folder: Path, before: Hook = lambda _: None, after: Callable[[Operation], None] = lambda _: None
) -> Iterator[None]:
    """Tells of every operation below a folder that is asked for by name or by a descriptor that was opened here."""
    with contextlib.ExitStack() as stack:
        for module, name, function in list(_Trace(folder, before, after).functions()):
            stack.enter_context(mock.patch.object(module, name, function))
        yield
