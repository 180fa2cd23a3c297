"""How long each package takes to import in a fresh interpreter, and how many modules come with it."""

from __future__ import annotations

import subprocess
import sys

STATEMENTS = ("pass", "import schemas", "import corpus", "import annotator", "import textual.app", "import datasets")
ROUNDS = 5

PROGRAM = """
import sys, time
before = time.perf_counter()
{statement}
print(time.perf_counter() - before, len(sys.modules))
"""


def measure(statement: str) -> tuple[float, int]:
    """Run a statement in a new interpreter; seconds taken and modules loaded at the end."""
    program = PROGRAM.format(statement=statement)
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    seconds, modules = printed.split()
    return float(seconds), int(modules)


def main() -> None:
    """Print the fastest of some rounds for each statement."""
    print(f"{'statement':<22}{'ms':>8}{'modules':>10}")
    for statement in STATEMENTS:
        seconds, modules = min(measure(statement) for _ in range(ROUNDS))
        print(f"{statement:<22}{seconds * 1000:>8.1f}{modules:>10}")


if __name__ == "__main__":
    main()
