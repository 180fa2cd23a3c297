"""The doctor's look at a corpus: every trouble with what could be done about it, and the repairs that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corpus.check import check
from corpus.corpus import Corpus
from corpus.doctor import anchors, decisions, files
from corpus.doctor.repair import Care, Outcome, Repair, Trouble
from corpus.errors import InputRefused, NameUnknown
from schemas import Severity


def examine(corpus: Corpus) -> list[Trouble]:
    """Everything that is wrong with a corpus, by file. Nothing is written.

    What the check finds and no repair is known for is among it, with the check's own advice.

    Raises:
        StoreFailed: If a file cannot be read.
    """
    # What is read once and kept would be what was there before the last repair.
    corpus = Corpus(corpus.folder, corpus.manifest, corpus.schema)
    troubles = [*_looked_at(corpus)]
    told = {(trouble.code, trouble.file) for trouble in troubles}
    rewritten = {trouble.file for trouble in troubles if trouble.code in files.FORM}
    for finding in check(corpus):
        key = (finding.code, finding.file)
        is_told = key in told or (finding.code in files.FORM and finding.file in rewritten)
        if finding.severity is not Severity.NOTE and not is_told:
            troubles.append(Trouble(finding.code, finding.file, finding.message, (), finding.help, finding.line))
    return sorted(troubles, key=lambda each: (each.file or "", each.line or 0, each.code, each.what))


def _looked_at(corpus: Corpus) -> Iterator[Trouble]:
    store = corpus.store
    waiting = files.interrupted(store)
    if waiting is not None:
        # Until it is carried out, every layer may be about to become another.
        yield waiting
        return
    yield from files.git_files(corpus.folder)
    yield from files.leftovers(corpus.folder)
    yield from decisions.unmerged(corpus.folder)
    for file in files.RECORDS:
        rewritten = files.plain_lines(store, file)
        if rewritten is not None:
            yield rewritten
        yield from decisions.in_records(store, file)
    try:
        documents = corpus.documents
    except InputRefused:
        # The check says what is wrong with them; nothing that depends on them is touched.
        documents = {}
    for layer in store.layer_names():
        for name in store.layer_documents(layer):
            file = store.layer_file(layer, name)
            rewritten = files.canonical(store, corpus.schema, file)
            if rewritten is not None:
                yield rewritten
            yield from decisions.in_layer(store, corpus.schema, file)
            moved = anchors.moved(corpus, layer, documents[name]) if name in documents else None
            if moved is not None:
                yield moved
    if documents:
        yield from files.stray_drafts(corpus)


def repair(
    corpus: Corpus, names: Collection[str] = (), *, safe: bool = True, outcome: Outcome | None = None
) -> Outcome:
    """Does what is asked for, one repair after the other, looking anew after each: what one repair leaves is what the
    next one finds, and in whatever order they are named the outcome is the same.

    Args:
        corpus: The corpus.
        names: The repairs that are asked for by name.
        safe: Whether all safe ones are done as well.
        outcome: What tells what was done, also where it is broken off.

    Raises:
        NameUnknown: If there is no repair of a name, or two are named of which only one can be done; nothing is done.
        StoreBusy: If somebody else writes the same file.
        StoreFailed: If the file system refuses.
    """
    _require(corpus, names)
    outcome = Outcome() if outcome is None else outcome
    care = Care(corpus.store)
    outcome.kept = care.kept
    tried: set[str] = set()
    while True:
        asked = [each for each in _asked(examine(corpus), names, safe=safe) if each.name not in tried]
        if not asked:
            return outcome
        # Decisions before form: a decision writes the whole file, and the form of what it replaced is nothing.
        first = min(asked, key=lambda each: (each.is_safe, each.name))
        tried.add(first.name)
        first.run(care)
        outcome.done.append(first)


def _asked(troubles: Collection[Trouble], names: Collection[str], *, safe: bool) -> Iterator[Repair]:
    for trouble in troubles:
        for each in trouble.repairs:
            if each.name in names or (safe and each.is_safe):
                yield each


def _require(corpus: Corpus, names: Collection[str]) -> None:
    troubles = examine(corpus) if names else []
    known = {each.name for trouble in troubles for each in trouble.repairs}
    for name in names:
        if name not in known:
            raise NameUnknown(f"there is no repair {name!r}", path=corpus.folder, help="`annotator doctor` lists them")
    for trouble in troubles:
        chosen = [each.name for each in trouble.repairs if each.name in names]
        if len(chosen) > 1:
            raise NameUnknown(
                f"only one of these can be done: {', '.join(chosen)}", path=corpus.folder, help="Name one"
            )
