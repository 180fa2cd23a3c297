"""What can be repaired without a change to what anybody said: the form of files, what was left behind, git's files."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path

from corpus import codes, drafts, driver, layers, staging
from corpus.corpus import Corpus
from corpus.disk import TEMPORARY
from corpus.doctor.repair import Care, Repair, Trouble, place_of
from corpus.errors import InputRefused, RepositoryMissing
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS, WORK, Store
from schemas import Annotation, LabelSchema

FORM = {codes.CANONICAL.code, codes.ORDER.code, codes.CRLF.code, codes.ROW_DUP.code}
"""What is only about how a file is written."""


RECORDS = (DOCUMENTS, ENTITIES, CLAIMS)
"""The files whose lines are the corpus's own records."""


def canonical(store: Store, schema: LabelSchema, file: str) -> Trouble | None:
    """A layer's file that says what it must, but not in the one form in which it is written."""
    data = store.read_bytes(file)
    parsed = layers.parse(data or b"", schema, file)
    if data is None or parsed.header is None or any(each.code not in FORM for each in parsed.findings):
        return None
    unique: dict[tuple[str, bytes], Annotation] = {}
    for _, annotation in parsed.annotations:
        unique.setdefault((annotation.id, layers.canonical_line(annotation)), annotation)
    written = layers.render(parsed.header, tuple(unique.values()))
    if written == data:
        return None
    found = {each.code for each in parsed.findings}
    if len(unique) < len(parsed.annotations):
        found.add(codes.ROW_DUP.code)
    code = min(found) if found else codes.ORDER.code
    return _rewritten(code, file, data, written, "its lines, their order or their ends are not in canonical form")


def plain_lines(store: Store, file: str) -> Trouble | None:
    r"""A file of documents, entities or claims whose lines end in `\r\n`, or that has a line twice."""
    data = store.read_bytes(file)
    if not data or not data.endswith(b"\n"):
        return None
    lines = [line.removesuffix(b"\r") for line in data[:-1].split(b"\n")]
    written = b"".join(line + b"\n" for line in dict.fromkeys(lines))
    if written == data:
        return None
    code = codes.CRLF.code if b"\r\n" in data else codes.ROW_DUP.code
    return _rewritten(code, file, data, written, "lines end in \\r\\n, or are there twice")


def _rewritten(code: str, file: str, data: bytes, written: bytes, what: str) -> Trouble:
    def run(care: Care) -> None:
        care.write(file, written, data)

    does = "writes the same content in canonical form; of a line that is there twice one stays"
    return Trouble(code, file, what, (Repair(f"{code}:{file}", does, is_safe=True, run=run),))


def leftovers(folder: Path) -> Iterator[Trouble]:
    """Temporary files of writers that were killed."""
    for place, folders, names in os.walk(folder):
        if Path(place) == folder:
            folders[:] = [each for each in folders if each in (LAYERS, WORK)]
        folders[:] = [each for each in folders if not Path(place, each).is_symlink() and each != "originals"]
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") and name.endswith(TEMPORARY) and not path.is_symlink():
                file = place_of(path, folder)
                does = "removes it; what it was to replace is whole"
                run = functools.partial(_remove, file=file)
                repair = Repair(f"D-LEFTOVER:{file}", does, is_safe=True, run=run)
                yield Trouble("D-LEFTOVER", file, "a writer that was stopped left it behind", (repair,))


def _remove(care: Care, *, file: str) -> None:
    care.remove(file, care.store.read_bytes(file))


def interrupted(store: Store) -> Trouble | None:
    """A change of several files that was stopped halfway."""
    if not staging.is_waiting(store):
        return None

    def run(care: Care) -> None:
        staging.finish(care.store)

    repair = Repair(f"{codes.INTERRUPTED.code}:{staging.COMMIT}", "carries out the rest of it", is_safe=True, run=run)
    return Trouble(
        codes.INTERRUPTED.code, staging.COMMIT, "some layers are changed already and some are not", (repair,)
    )


def git_files(folder: Path) -> Iterator[Trouble]:
    """What the folder must ask of git, and what its clone must know to do it; nothing outside of a repository."""
    try:
        registered = driver.registered(folder)
    except RepositoryMissing:
        return
    store = Store(folder)
    for file, lines in driver.LINES.items():
        data = store.read_bytes(file)
        there = {line.strip() for line in (data or b"").decode("utf-8", "replace").splitlines()}
        missing = [line for line in lines if line not in there]
        if missing:
            before = data or b""
            joined = before + (b"" if not before or before.endswith(b"\n") else b"\n")
            written = joined + "".join(f"{line}\n" for line in missing).encode()
            yield _appended(file, data, written, missing)
    if registered is None or not driver.program_is_there(registered):
        what = (
            "this clone merges the corpus as text"
            if registered is None
            else f"what it merges with cannot be run: {registered!r}"
        )
        place = f"{driver.NAME} in the clone's configuration"

        def run(care: Care) -> None:
            driver.register(care.store.folder)

        repair = Repair("D-DRIVER:config", "makes this clone merge by annotation", is_safe=True, run=run)
        yield Trouble("D-DRIVER", None, f"{what}: merge.{place}", (repair,))


def _appended(file: str, data: bytes | None, written: bytes, missing: list[str]) -> Trouble:
    def run(care: Care) -> None:
        care.write(file, written, data)

    repair = Repair(f"D-GIT-FILES:{file}", f"adds: {', '.join(missing)}", is_safe=True, run=run)
    return Trouble("D-GIT-FILES", file, f"it has no line {' and no line '.join(missing)}", (repair,))


def stray_drafts(corpus: Corpus) -> Iterator[Trouble]:
    """Drafts that are complete in their layer already, and drafts of documents that are not there."""
    top = corpus.folder / WORK / "drafts"
    for path in sorted(top.glob("*/*.jsonl")):
        file, layer, document = place_of(path, corpus.folder), path.parent.name, path.stem
        data = corpus.store.read_bytes(file)
        if document not in corpus.documents:
            repair = Repair(
                f"D-DRAFT-ORPHAN:{file}", "removes the drafts", is_safe=False, run=functools.partial(_remove, file=file)
            )
            what = f"the drafts are of the document {document}, which is not in the corpus"
            yield Trouble("D-DRAFT-ORPHAN", file, what, (repair,), "Another branch may have it: look there first.")
            continue
        try:
            begun = drafts.read(corpus.store, layer, document)
            parsed = layers.parse(
                corpus.store.read_bytes(corpus.store.layer_file(layer, document)) or b"", corpus.schema, ""
            )
        except InputRefused:
            continue
        complete = {annotation.id: annotation for _, annotation in parsed.annotations}
        stale = [each for each in begun if each.id in complete and _says_no_more(each, complete[each.id])]
        if stale:
            names = {each.id for each in stale}
            kept = b"".join(
                line + b"\n"
                for each, line in zip(begun, (data or b"").split(b"\n"), strict=False)
                if each.id not in names
            )
            yield _stale(file, data, kept, sorted(names))


def _says_no_more(draft: drafts.Draft, annotation: Annotation) -> bool:
    """Whether everything in a draft is in the annotation of its id."""
    record = annotation.to_record()
    is_same = draft.label == annotation.label and draft.extent == annotation.extent
    return is_same and all(record.get(name) == value for name, value in draft.values.items())


def _stale(file: str, data: bytes | None, kept: bytes, names: list[str]) -> Trouble:
    def run(care: Care) -> None:
        if kept:
            care.write(file, kept, data)
        else:
            care.remove(file, data)

    repair = Repair(f"D-DRAFT-STALE:{file}", f"removes {', '.join(names)}", is_safe=True, run=run)
    return Trouble("D-DRAFT-STALE", file, "drafts are complete in the layer already", (repair,))
