"""How a number is said with what it counts."""

from __future__ import annotations


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """A number with its noun.

    Args:
        number: How many there are.
        noun: What one of them is called.
        nouns: What several are called, where that is not the noun with an `s`.
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
