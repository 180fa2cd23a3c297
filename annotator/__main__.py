"""`python -m annotator` is the command `annotator`."""

from __future__ import annotations

import sys
from pathlib import Path


def _leave_the_current_folder() -> None:
    """Takes the current folder off the path of modules, where `python -m` has put it: it may be a corpus that somebody
    else made, with a `yaml.py` in it. It stays where the program itself lies in it.
    """
    if not sys.flags.safe_path and sys.path and Path(sys.path[0]) == Path.cwd() != Path(__file__).parents[1]:
        del sys.path[0]


if __name__ == "__main__":
    _leave_the_current_folder()
    from annotator.cli import main

    main(prog_name="annotator")
