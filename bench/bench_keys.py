"""Keys an annotation takes: a gold layer made anew through the app's own keys, and the reference task of the peers.

A hand that knows what it wants to mark, and uses of the app what stands on the screen, makes every annotation of the
corpus's gold layer with all its attributes, extents and references; what it made is compared with gold. Every key
counts for the annotation that it was pressed for, those that found nothing for the next one, and those that marked
several at once for each of them in equal parts. A modifier with a key is one key. Nothing is drawn meanwhile, which
changes no key. Whole documents take minutes.

    python bench/bench_keys.py [--beside LAYER] [--until PLACE] [--go-on] [DOCUMENT...]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import shutil
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from annotator.app import AnnotatorApp
from annotator.workspace import Workspace
from bench.replay import PURPOSES, Replay, lines
from corpus import bundled
from corpus.corpus import Corpus
from schemas import Annotation, Extent

SIZE = (120, 40)
WHOLE = ("000", "001", "002", "003", "004")
"""The documents of the corpus, all of which the hand makes anew where none is named."""
PEERS = (
    ("SLATE, counts", "10", "0"),
    ("SLATE, no counts", "14", "0"),
    ("Prodigy", "1-2, and 2 in a second pass", "1 drag"),
    ("brat", "2-3", "1 drag, 4 clicks"),
    ("INCEpTION, mouse", "3", "1 drag"),
    ("INCEpTION, keyboard", "45 and more", "0"),
    ("doccano (no attributes)", "1", "1 drag"),
    ("Label Studio", "3", "1 drag"),
    ("Potato (no attributes)", "1", "1 drag"),
    ("tan (no attributes)", "11-15", "0"),
)
"""Keys and acts of the pointer for the reference task; estimates from what each tool documents, SLATE's from a run."""


async def replayed(folder: Path, document: str, beside: Sequence[str] = (), until: int | None = None) -> Replay:
    """Makes a document's gold layer anew, up to a code point if one is given.

    Raises:
        AssertionError: If what was made is not what is in gold.
    """
    corpus = Corpus.open(folder)
    gold = part(corpus.layer("gold")[document].annotations, until)
    numbers = itertools.count(1)
    workspace = Workspace(corpus, "replayed", new_id=lambda: f"n{next(numbers)}")
    app = AnnotatorApp(workspace, document, beside=beside)
    async with app.run_test(size=SIZE) as pilot:
        while app.screen_stack[0].query("#text") and getattr(app.screen_stack[0], "session", None) is None:
            await pilot.pause()
        hand = Replay(pilot, gold)
        with app.batch_update():
            await hand.run()
        assert lines(hand.session.annotations) == lines(gold), f"{document}: what was made is not what is in gold"
        # So that it is there when the next document is made.
        await hand.screen.all_saved()
    return hand


def part(annotations: Sequence[Annotation], until: int | None) -> list[Annotation]:
    """Those that end before a code point with all their parts, and refer to none that does not."""
    kept = {each.id: each for each in annotations if until is None or reach(each) <= until}
    everyone = {each.id for each in annotations}
    while True:
        whole = {
            name: each
            for name, each in kept.items()
            if not any(value in everyone and value not in kept for value in flat(vars(each)))
        }
        if len(whole) == len(kept):
            return list(whole.values())
        kept = whole


def flat(values: Mapping[str, object]) -> list[object]:
    """The values of all fields, and the parts of those that hold several."""
    return [each for value in values.values() for each in (value if isinstance(value, tuple) else (value,))]


def reach(annotation: Annotation) -> int:
    """Where the last of an annotation's words ends, with those of its parts."""
    return max([annotation.end, *(value.end for value in vars(annotation).values() if isinstance(value, Extent))])


async def reference_task(folder: Path, keys: Sequence[str]) -> int:
    """Marks three words that begin six words to the right, with two attributes; how many keys that takes."""
    corpus = Corpus.open(folder)
    app = AnnotatorApp(Workspace(corpus, f"task{len(keys)}"), "002")
    async with app.run_test(size=SIZE) as pilot:
        while getattr(app.screen_stack[0], "session", None) is None:
            await pilot.pause()
        hand = Replay(pilot, ())
        await hand.settle()
        label = next(
            spec for spec in hand.session.schema.specs if sum(f.required and bool(f.choices) for f in spec.fields) == 2
        )
        words = hand.screen.words_in_sight(0, forward=True)
        for key in keys:
            hints = hand.screen.hints
            match key:
                case "first" if hints is not None:
                    await hand.press(*hints.shown[words[6]])
                case "last" if hints is not None:
                    await hand.press(*hints.shown[words[8]])
                case "label":
                    await hand.press(hand.screen.label_keys[label.name])
                case "attribute":
                    assert hand.form.field is not None
                    await hand.press(hand.form.field.choices[0].key)
                case _:
                    await hand.press(key)
        (made,) = hand.session.annotations
        text = hand.text
        assert made.start == words[6]
        assert made.text.split() == text[words[6] : words[9]].split()
    return hand.pressed


def table(hands: Mapping[str, Replay]) -> list[str]:
    """Keys by label, over all documents."""
    keys: dict[str, list[float]] = defaultdict(list)
    for hand in hands.values():
        for name, count in hand.keys.items():
            keys[hand.gold[name].label].append(count)
    rows = ["| label | annotations | median | 90 % within | mean |", "|---|---|---|---|---|"]
    for label, counts in keys.items():
        tenth = sorted(counts)[max(0, -(-9 * len(counts) // 10) - 1)]
        mean = statistics.mean(counts)
        rows.append(f"| {label} | {len(counts)} | {statistics.median(counts):.3g} | {tenth:.3g} | {mean:.1f} |")
    return rows


def split(hands: Mapping[str, Replay]) -> list[str]:
    """What keys of an annotation are for, in the mean by label; without those that found nothing or that many share."""
    counts: dict[str, list[Counter[str]]] = defaultdict(list)
    for hand in hands.values():
        for name, (start, end) in hand.spans.items():
            counts[hand.gold[name].label].append(Counter(hand.purposes[start:end]))
    rows = [f"| label | {' | '.join(PURPOSES)} |", f"|---|{'---|' * len(PURPOSES)}"]
    for label, each in counts.items():
        means = (statistics.mean(one[purpose] for one in each) for purpose in PURPOSES)
        rows.append(f"| {label} | {' | '.join(f'{mean:.1f}' for mean in means)} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="*", metavar="DOCUMENT", help="all five where none is named")
    parser.add_argument("--beside", action="append", default=[], help="a layer to take over from")
    parser.add_argument("--until", type=int, help="only annotations that end before this code point")
    parser.add_argument("--go-on", action="store_true", help="each document with what was said in those before")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(bundled.folder(), Path(name) / "corpus"))
        counted = ["6", "w", "3", "v", "label", "attribute", "attribute"]
        lettered = ["space", "first", "last", "label", "attribute", "attribute"]
        ways = {way: asyncio.run(reference_task(folder, way)) for way in map(tuple, (counted, lettered))}
        print("reference task: three words, six words to the right, a label and two attributes\n")
        print("| tool | keys | pointer |\n|---|---|---|")
        for (way, count), how in zip(ways.items(), ("counts", "letters"), strict=True):
            print(f"| annotator, {how} (`{' '.join(way)}`) | {count} | 0 |")
        for peer in PEERS:
            print(f"| {' | '.join(peer)} |")
        hands = {}
        for document in arguments.documents or WHOLE:
            if not arguments.go_on:
                shutil.rmtree(folder)
                shutil.copytree(bundled.folder(), folder)
            hands[document] = asyncio.run(replayed(folder, document, arguments.beside, arguments.until))
            print(
                f"\n{document}: {len(hands[document].gold)} annotations, {hands[document].pressed} keys, equal to gold"
            )
        beside = f" with {', '.join(arguments.beside)} beside" if arguments.beside else " from nothing"
        print(f"\nkeys an annotation{beside}{', one document after the other' if arguments.go_on else ''}:\n")
        print("\n".join(table(hands)))
        print("\nwhat they are for, in the mean:\n")
        print("\n".join(split(hands)))
        if arguments.beside:
            taken = [hand.keys[name] for hand in hands.values() for name in hand.taken]
            print(f"\ntaken over as it was: {len(taken)} annotations, median {statistics.median(taken):.3g} keys")


if __name__ == "__main__":
    main()
