"""What of an untrusted text may reach a terminal: the same number of code points, none of which is a command.

Documents, labels, comments and file names come from strangers. Control characters would move the cursor or set the
clipboard, bidirectional controls would show one word and store another. `safe` swaps each of them for one visible
stand-in, so that offsets into the drawn text are offsets into the document. Texts themselves are never changed; this
is for drawing only.
"""

from __future__ import annotations

from corpus.stand_ins import IN_LINES, STAND_INS


def safe(text: str) -> str:
    """The text with a visible stand-in for every character that a terminal would act on or hide.

    The result has as many code points as `text`; line feeds are kept.

    Args:
        text: Any text from outside.
    """
    if text.isprintable():
        return text
    return IN_LINES.sub(lambda found: STAND_INS[found.group()], text)
