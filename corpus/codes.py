"""Every code that the check of a corpus's files may give, whatever its schema. A schema's own rules come beside them.

`E` fails a check, `W` warns, `I` informs. A code never changes its meaning and is never used again.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas import Rule, Severity


def _rule(code: str, summary: str, help: str) -> Rule:
    severity = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.NOTE}[code[0]]
    return Rule(code, severity, summary, help)


# The bytes of a file
UTF8 = _rule("E-UTF8", "A file is valid UTF-8.", "Save the file as UTF-8, or restore it from git.")
BOM = _rule("E-BOM", "A file has no byte order mark.", "Save the file as UTF-8 without a byte order mark.")
CRLF = _rule("W-CRLF", "Lines end in \\n, not in \\r\\n.", "Run `annotator doctor --fix`, and keep `.gitattributes`.")
BLANK = _rule("E-LINE-BLANK", "A file of lines has no blank line.", "Remove the blank line.")
TORN = _rule(
    "E-LINE-TORN",
    "The last line is whole and ends in a newline.",
    "Restore the file from git, or complete the line; what is there has not been touched.",
)
LONG = _rule(
    "E-LINE-LONG",
    "A line has at most 1 MiB; that of a document 128 MiB, with its annotations 64 MiB.",
    "Split what it holds, or remove the line.",
)
MERGE = _rule(
    "E-MERGE-MARKER",
    "A file has no marks of an unresolved merge.",
    "Resolve the merge: keep the lines of both sides that are right, and remove the marks.",
)
JSON = _rule("E-JSON", "A line is one JSON object.", "Correct the line, or restore it from git.")
CONTROL = _rule(
    "E-JSON-CONTROL",
    "A line has no control characters: a string holds them as escapes such as \\u0007.",
    "Restore the line from git, or write the character as an escape.",
)
SURROGATE = _rule(
    "E-SURROGATE",
    "A string holds whole characters, not one half of a surrogate pair such as \\ud83d.",
    "Correct the string: what stands there is no character, and could not be written again.",
)
DEPTH = _rule("E-JSON-DEPTH", "A line nests at most 32 deep.", "Restore the line from git.")
KEY = _rule("E-JSON-DUPKEY", "A JSON object has each key once.", "Remove one of the two.")
NUMBER = _rule("E-NUMBER", "A number is finite, and has at most 20 digits.", "Correct the number, or restore the line.")
CANONICAL = _rule(
    "W-CANONICAL",
    "A line is in canonical form: compact, keys in the schema's order, no escapes that are not needed.",
    "Run `annotator doctor --fix`, which writes the same content in canonical form.",
)
ORDER = _rule(
    "W-ORDER", "Annotations are sorted by start, end, label and id.", "Run `annotator doctor --fix`, which sorts them."
)

# The corpus as a whole
MANIFEST = _rule("E-MANIFEST", "corpus.toml says what it must.", "Correct corpus.toml.")
SCHEMA = _rule(
    "E-SCHEMA-UNAVAILABLE",
    "The schema that corpus.toml names can be imported.",
    "Install the schema's package, put its module beside corpus.toml, or give another one with --schema.",
)
RULE = _rule(
    "E-RULE",
    "A schema's rules can be asked of every annotation and every document.",
    "Correct the schema's module at the line that is named; what its rules would find is not known until then.",
)
NAME = _rule(
    "E-NAME",
    "Ids and file names have letters, digits, `.`, `_` and `-` only, and differ in more than case.",
    "Rename the file or the id.",
)
STRAY = _rule(
    "W-STRAY",
    "The folder of layers holds one folder a layer, and in it one file a document.",
    "Move it elsewhere; nothing reads it here.",
)
READ = _rule("E-READ", "A file of a corpus is a file that can be read.", "Look at the file and its permissions.")
SYMLINK = _rule("E-PATH-SYMLINK", "No file of a corpus is a symbolic link.", "Put the file itself there.")
RECORD = _rule(
    "E-RECORD", "A document, entity, claim or known finding has the fields that it must have.", "Correct the line."
)
DOC_DUP = _rule("E-DOC-DUP", "A document is there once.", "Remove one of the two lines, or give it another id.")
DOC_HASH = _rule(
    "E-DOC-HASH",
    "A document's text has the digest that it was read with.",
    "Restore documents.jsonl from git; the text of a document never changes.",
)
DOC_BOM = _rule(
    "W-DOC-BOM",
    "A document's text does not begin with a byte order mark.",
    "Know that offsets count it as one code point.",
)
DOC_LARGE = _rule("E-DOC-LARGE", "A document has at most 50 MB.", "Divide it into several files, and add each of them.")
DOC_ZONES = _rule(
    "E-DOC-ZONES",
    "A document's zones hold every code point of its text once, in order.",
    "Restore the line from git, or propose the zones anew with `annotator zones`.",
)
DOC_RAW = _rule(
    "E-DOC-RAW",
    "A document equals the raw file that it was read from.",
    "Restore the raw file, or add it as a new document under another id.",
)
BIDI = _rule(
    "W-BIDI",
    "A text has no control characters that reorder or hide what is read.",
    "Look at the place with care: what a screen shows there may differ from what is stored.",
)
ENTITY_DUP = _rule("E-ENTITY-DUP", "An entity is there once.", "Remove one of the two lines, or give it another id.")
ENTITY_RECORD_KIND = _rule(
    "E-ENTITY-RECORD-KIND", "An entity's kind is one that the schema lists.", "Correct the kind in entities.jsonl."
)
CLAIM_DUP = _rule("E-CLAIM-DUP", "A claim is there once.", "Remove one of the two lines, or give it another id.")
CLAIM_REF = _rule(
    "E-CLAIM-REF",
    "A claim's positions name documents, entities and gold annotations that exist.",
    "Correct the position in claims.jsonl.",
)
GOLD = _rule(
    "E-GOLD", "The gold layer that corpus.toml names exists.", "Make the layer, or remove `gold` from corpus.toml."
)
KNOWN = _rule(
    "E-KNOWN", "Every finding that known.jsonl lists still occurs.", "Remove the line: the list may only shrink."
)
KNOWN_NEW = _rule(
    "E-KNOWN-NEW",
    "A branch adds no line to known.jsonl: the list may only shrink.",
    "Correct what the line excuses, and remove it.",
)

# A layer's file
HEADER = _rule("E-HEADER", "A layer's file begins with a header.", "Restore the first line from git.")
HEADER_DOC = _rule(
    "E-HEADER-DOCUMENT",
    "A layer's file is named after the document that its header names, which is in the corpus.",
    "Rename the file, correct the header, or add the document.",
)
HEADER_HASH = _rule(
    "E-HEADER-HASH",
    "A header has the digest of its document's text.",
    "Restore the document or the layer from git; `annotator doctor` shows whether the layer can follow the new text.",
)
HEADER_SCHEMA = _rule(
    "E-HEADER-SCHEMA",
    "A header names the schema of the corpus, in its version.",
    "Run `annotator migrate` to bring the layer to the corpus's schema.",
)
SCHEMA_NEWER = _rule(
    "E-SCHEMA-NEWER",
    "A layer was not written under a later version of the schema than the one at hand.",
    "Update the schema's package, or its module beside corpus.toml; the layer is right as it is.",
)
HEADER_ANNOTATOR = _rule(
    "E-HEADER-ANNOTATOR",
    "A header's annotator is declared in corpus.toml.",
    "Add `[annotators.NAME]` with `kind` to corpus.toml.",
)
ANNOTATION = _rule(
    "E-ANNOTATION",
    "An annotation has the fields and values that the schema allows.",
    "Correct the line, or restore it from git; the app opens the document once every line can be read.",
)
LABEL = _rule(
    "E-LABEL",
    "An annotation's label is one of the schema's.",
    "Correct the label, or name the schema that has it; the app opens the document once every line can be read.",
)
EXTENT_EMPTY = _rule(
    "E-EXTENT-EMPTY",
    "An extent, and each of its fragments, begins before it ends.",
    "Restore the line from git, or remove it and mark the place anew.",
)
EXTENT_FRAGMENTS = _rule(
    "E-EXTENT-FRAGMENTS",
    "Fragments are sorted, with a gap between two of them, and are written only where there are two or more.",
    "Restore the line from git, or remove it and mark the place anew.",
)
LAYER_LARGE = _rule(
    "E-LAYER-LARGE",
    "A layer has at most 1,000,000 annotations of a document.",
    "Divide the document into several; what comes after them is not read.",
)
ID_DUP = _rule("E-ID-DUP", "An id is there once in a layer.", "Give one of the two a new id.")
INTERRUPTED = _rule(
    "E-INTERRUPTED",
    "A change of several files has been carried out to its end.",
    "Run `annotator migrate --write`, which carries out the rest of it.",
)
CONFLICT = _rule(
    "E-CONFLICT",
    "What both sides of a merge had changed is decided: nothing has an id with `--other-` in it.",
    "Run `annotator doctor`: it shows both versions and how to keep one of them, or both.",
)
ROW_DUP = _rule("W-ROW-DUP", "A line is there once.", "Run `annotator doctor --fix`, which keeps one of them.")
RANGE = _rule(
    "E-EXTENT-RANGE",
    "An extent lies inside the document.",
    "Restore the line from git, or remove it; the app opens the document once every extent lies in the text.",
)
EXTENT_BLANK = _rule(
    "W-EXTENT-BLANK",
    "An extent neither begins nor ends with a blank.",
    "Move the edge to where the words begin or end.",
)
TEXT = _rule(
    "E-TEXT",
    "An annotation's text is what it covers in the document.",
    "Open the document in the app: the words and the offsets name different places.",
)
ZONE = _rule("E-ZONE", "An extent lies in open zones.", "Move or delete it, or correct the zones of the document.")
EXTENT_DUP = _rule(
    "E-EXTENT-DUP", "No two annotations of a layer have the same label and extent.", "Delete one of the two."
)
REF = _rule(
    "E-REF", "A reference names an annotation of the same document.", "Pick another one, or remove the reference."
)
REF_LABEL = _rule("E-REF-LABEL", "A reference names an annotation of an allowed label.", "Pick another one.")
REF_SELF = _rule("E-REF-SELF", "An annotation does not refer to itself.", "Pick another one.")
REF_DUP = _rule("W-REF-DUP", "A field names each annotation once.", "Remove one of the two.")
ENTITY = _rule("E-ENTITY", "An entity that is named is in entities.jsonl.", "Add the entity, or name another one.")
ENTITY_KIND = _rule(
    "E-ENTITY-KIND", "An entity has the kind that the annotation says.", "Correct the kind, or name another entity."
)
CLUSTER = _rule(
    "W-CLUSTER",
    "An edge does not divide what is read as one character.",
    "Move the edge, unless the mark alone is meant.",
)
LAYER_OPEN = _rule(
    "I-LAYER-OPEN", "A document of a layer is done.", "Finish it in the app, or leave it: an open one is no fault."
)

JOURNAL_AHEAD = _rule(
    "W-JOURNAL-AHEAD",
    "All that was saved is in the layer's file, and nothing waits in a journal.",
    "Open the document with `annotator open --as LAYER`, which brings it in; a session that is open does so by itself.",
)
JOURNAL_DAMAGED = _rule(
    "W-JOURNAL-DAMAGED",
    "Everything in a journal could be read, and brought into the layer.",
    "What could be read is in the layer; look at the file for the rest, then remove it.",
)

GENERIC: Mapping[str, Rule] = {rule.code: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
"""Every rule of this module, by its code."""

# A raw file that is to be added; the check of a corpus never gives these. They stand below the table on purpose.
DOC_FILE = _rule("E-DOC-FILE", "What is added is a file.", "Name files, for instance FOLDER/*.txt; nothing was added.")
DOC_EMPTY = _rule("E-DOC-EMPTY", "A document holds more than blanks.", "Leave the file out; nothing was added.")
DOC_BINARY = _rule(
    "E-DOC-BINARY", "A document is text.", "Save it as plain text, for instance with pdftotext; nothing was added."
)
DOC_SAME = _rule(
    "W-DOC-SAME", "A text is in the corpus once.", "Leave one of the two out, unless both are meant to be annotated."
)
DOC_CRLF = _rule("W-DOC-CRLF", "A document's lines end in \\n.", "Know that offsets count each \\r as one code point.")
DOC_SEPARATOR = _rule(
    "W-DOC-SEPARATOR",
    "A document has no line separators other than \\n.",
    "Know that editors differ in where they end a line there; offsets count each as one code point.",
)
DOC_CONTROL = _rule(
    "W-DOC-CONTROL",
    "A document has no control characters but tabs and newlines.",
    "Know that the app draws a stand-in for each; offsets count each as one code point.",
)
DOC_LINE = _rule(
    "W-DOC-LINE",
    "A document's lines have at most 100,000 code points.",
    "Know that the app breaks the line to fit the screen, and that editors and diffs will be slow.",
)
DOC_CLUSTER = _rule(
    "I-DOC-CLUSTER",
    "What is read as one character may be several code points: joined emoji, vowel signs, accents.",
    "Know that offsets count code points; the app moves by what is read as one.",
)
DOC_RTL = _rule(
    "I-DOC-RTL",
    "A document may have writing that runs from right to left.",
    "Know that terminals differ in how they draw it; offsets count in the order in which it is read.",
)

ADDING: Mapping[str, Rule] = {
    rule.code: rule for rule in list(globals().values()) if isinstance(rule, Rule) and rule.code not in GENERIC
}
"""Every rule that only a file that is to be added may break, by its code."""

# What opening and saving may say. They stand below both tables on purpose.
RECOVERED = _rule(
    "I-RECOVERED",
    "A session ends by being left, not by being killed.",
    "Look at what was restored; nothing that was shown as saved is lost.",
)

SAVE_NOSPACE = _rule(
    "E-SAVE-NOSPACE",
    "The disk takes what is saved.",
    "Free some space and save again; what you have is kept until then.",
)
SAVE_TOOBIG = _rule("E-SAVE-TOOBIG", "A file may grow.", "Raise the limit (ulimit -f) and save again.")
SAVE_IO = _rule(
    "E-SAVE-IO", "The disk does what it is asked.", "Save again; where that fails, save a copy of the corpus elsewhere."
)
SAVE_FILES = _rule(
    "E-SAVE-FILES", "A file may be opened.", "Close other programs, or raise the limit (ulimit -n), and save again."
)
READONLY = _rule(
    "E-READONLY", "The corpus's folder takes writes.", "Change the permissions, mount it writable, or work on a copy."
)
LOCKED = _rule(
    "E-LOCKED",
    "Nobody else has the document open for themselves alone.",
    "Leave the document there, or open another layer here.",
)
LOCK_UNSUPPORTED = _rule(
    "E-LOCK-UNSUPPORTED", "The file system knows locks.", "Keep the corpus on a local disk, and share it with git."
)
CHANGED = _rule(
    "E-CHANGED",
    "A file is as it was when it was read.",
    "Do it again: the file is read anew, and what somebody else wrote is left as it is.",
)
BUSY = _rule(
    "E-BUSY", "A file stays as it is for a moment.", "Stop the other program, then save again; nothing is lost."
)
STORE = _rule("E-STORE", "The file system does what it is asked.", "Look at the file and its folder, and try again.")

SAVING: Mapping[str, Rule] = {
    rule.code: rule
    for rule in list(globals().values())
    if isinstance(rule, Rule) and rule.code not in GENERIC and rule.code not in ADDING
}
"""Every rule about which only opening and saving say anything, by its code."""
