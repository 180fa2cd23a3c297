"""Where the module of a schema comes from: it is installed, or it lies beside `corpus.toml`.

Importing a module runs it. One that is installed was chosen by whoever installed it, and is found where packages are
installed, never through the current folder: that may be a corpus which somebody else made. One that lies beside
`corpus.toml` is run only for who trusts the corpus; see `corpus.trust`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import ExecutionLoader
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import decode_source
from pathlib import Path
from types import ModuleType

from corpus.store import Store
from schemas import digest

_LIBRARY = f"python{sys.version_info.major}{sys.version_info.minor}.zip"
"""How the first folder of Python's own is called, which need not be there."""


def installed(name: str) -> ModuleType | None:
    """The module of that name where packages are installed; nothing where there is none.

    Raises:
        Exception: Whatever the module raises when it is imported; `ModuleNotFoundError` where one that it needs is not
            there.
    """
    top = name.partition(".")[0]
    path = search_path()
    if top not in sys.modules and path != sys.path:
        spec = _spec(top, path)
        if spec is None:
            return None
        _import(top, spec)
    try:
        # A package without `__init__.py` that was imported before looks through every folder of the path again.
        with _only(path):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            return None
        raise


@contextlib.contextmanager
def _only(path: list[str]) -> Iterator[None]:
    """Has Python look for modules in these folders and no others; what is put on the path meanwhile stays on it."""
    before = list(sys.path)
    sys.path[:] = path
    try:
        yield
    finally:
        sys.path[:] = [*(folder for folder in sys.path if folder not in path), *before]


def is_installed(name: str) -> bool:
    """Whether `installed` would find a module, as far as that can be said without running it."""
    top, _, rest = name.partition(".")
    return top in sys.modules or bool(rest) or _spec(top, search_path()) is not None


def search_path() -> list[str]:
    """The folders in which Python looks for modules, but for the current one where nobody has named it."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return [folder for folder in sys.path if folder]
    path = list(sys.path)
    variable = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "")
    named = variable.split(os.pathsep) if variable else []
    is_named = any(_is(folder, here) for folder in named if folder)
    if not sys.flags.safe_path:
        # `python -m` and `python -c` put it before what `PYTHONPATH` names, and whoever runs this program may have put
        # more before it; a script's own folder is put there too, and is the script's affair.
        before = next((index for index, folder in enumerate(path) if Path(folder).name == _LIBRARY), 1)
        first = path[: 1 if is_named else before]
        path = [folder for folder in first if not _is(folder, here) or _is_of_script(folder)] + path[len(first) :]
    if "" in named and not is_named:
        # `PYTHONPATH=$PYTHONPATH:more` names the current folder where the variable was empty.
        path = [folder for folder in path if not _is(folder, here)]
    return [folder for folder in path if folder]


def _is(folder: str, other: Path) -> bool:
    try:
        return Path(folder).samefile(other)
    except (OSError, ValueError):
        return False


def _is_of_script(folder: str) -> bool:
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    return file is not None and getattr(main, "__spec__", None) is None and _is(folder, Path(file).absolute().parent)


def _spec(top: str, path: list[str]) -> ModuleSpec | None:
    """How a package or module is imported from one of these folders, or by whatever else imports installed ones."""
    for finder in sys.meta_path:
        spec = finder.find_spec(top, path if finder is PathFinder else None)
        if spec is not None:
            if spec.loader is None and spec.submodule_search_locations is not None:
                # A package without `__init__.py` would look through every folder again, the current one too.
                spec.submodule_search_locations = list(spec.submodule_search_locations)
            return spec
    return None


def _import(name: str, spec: ModuleSpec) -> None:
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        if spec.loader is not None:
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise


@dataclass(frozen=True, slots=True)
class Beside:
    """A module that lies beside `corpus.toml`, as it was read once: what is trusted is what is run."""

    name: str
    file: Path
    data: bytes

    def load(self) -> ModuleType:
        """The module, under a name of its own, so that those of two corpora, or two versions of one, do not mix.

        Raises:
            Exception: Whatever the module raises when it is imported.
        """
        key = digest(b"\0".join((os.fsencode(self.file.resolve()), self.data)))
        unique = f"_corpus_schema_{key[:32]}_{self.name}"
        if unique not in sys.modules:
            spec = importlib.util.spec_from_file_location(unique, self.file, loader=_FromBytes(self.file, self.data))
            assert spec is not None
            _import(unique, spec)
        return sys.modules[unique]


def beside(name: str, folder: Path) -> Beside | None:
    """The module of that name in the folder of a corpus; nothing where there is none. A package cannot lie there.

    Raises:
        StoreFailed: If it is a symbolic link, or cannot be read.
    """
    if "." in name:
        return None
    data = Store(folder).read_bytes(f"{name}.py")
    return None if data is None else Beside(name, folder / f"{name}.py", data)


class _FromBytes(ExecutionLoader):
    """Imports a module from bytes that were read already.

    What is run is what was read, and nothing else: a compiled form that lies beside the module, as git may deliver one,
    is neither used nor written.
    """

    def __init__(self, file: Path, data: bytes) -> None:
        self._file = file
        self._data = data

    def get_filename(self, fullname: str) -> str:
        """The module's file."""
        return str(self._file)

    def get_source(self, fullname: str) -> str:
        """The module's text."""
        return decode_source(self._data)
