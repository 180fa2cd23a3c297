"""Where words, phrases, sentences and paragraphs begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import motion

TEXTS = st.text(st.sampled_from("ab S.’'-,!?“” \n\t1é\u0301漢🇵🇰क्षि\u200d\x00"), max_size=60)


def words(text: str) -> list[str]:
    found, offset = [], 0
    while offset < len(text):
        span = motion.word_at(text, offset)
        if span:
            found.append(text[slice(*span)])
        offset = motion.next_word(text, offset)
    return found


def sentences(line: str) -> list[str]:
    return [line[start:end] for start, end in motion.sentences(line)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pakistan’s policy", ["Pakistan", "policy"]),
        ("Pakistan's policy", ["Pakistan", "policy"]),
        ("the militants’ camps", ["the", "militants", "camps"]),
        ("O’Brien doesn’t know", ["O’Brien", "doesn’t", "know"]),
        ("Jaish-e-Mohammed’s men", ["Jaish-e-Mohammed", "men"]),
        ("U.S. President", ["U.S.", "President"]),
        ("the U.S.’s role", ["the", "U.S.", "role"]),
        ("at 5 p.m. sharp", ["at", "5", "p.m.", "sharp"]),
        ("Lt Gen Asim", ["Lt", "Gen", "Asim"]),
        ("1,000.50 or 3/4", ["1,000.50", "or", "3/4"]),
        ("“a new paradigm” (again)", ["a", "new", "paradigm", "again"]),
        ("said.He", ["said", "He"]),
        ("— dash – dash -", ["dash", "dash"]),
        ("cafe\u0301 noir", ["cafe\u0301", "noir"]),
        ("می\u200cخواهم بروم", ["می\u200cخواهم", "بروم"]),
        ("क्षि मन्त्री", ["क्षि", "मन्त्री"]),
        ("漢字", ["漢", "字"]),
        ("s's", ["s"]),
        ("", []),
    ],
)
def test_motion_words_leave_out_the_possessive_and_keep_hyphens(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("The U.S. President spoke. He left.", ["The U.S. President spoke.", "He left."]),
        ("It left the U.S. The army stayed.", ["It left the U.S.", "The army stayed."]),
        ("Lt. Gen. Asim met Mr. J. Smith. All went.", ["Lt. Gen. Asim met Mr. J. Smith.", "All went."]),
        ("Lt Gen Asim spoke. All went.", ["Lt Gen Asim spoke.", "All went."]),
        ("He said “no.” She left.", ["He said “no.”", "She left."]),
        ("He said “Why?” and left.", ["He said “Why?” and left."]),
        ("It costs 3.5 USD. No. 5 is free.", ["It costs 3.5 USD.", "No. 5 is free."]),
        ("They said no. Others agreed.", ["They said no.", "Others agreed."]),
        ("Acme Inc. sold it. Acme Inc. The end.", ["Acme Inc. sold it.", "Acme Inc.", "The end."]),
        ("  Wait… what? ", ["Wait… what?"]),
        ("到了。他走了。", ["到了。", "他走了。"]),
        ("", []),
        ("   ", []),
    ],
)
def test_motion_sentences_go_on_after_abbreviations(line: str, expected: list[str]) -> None:
    assert sentences(line) == expected


def test_motion_next_and_previous_word_mirror_each_other() -> None:
    text = "Pakistan’s Foreign\nMinister, said"
    starts = [0, 11, 19, 29]
    assert [motion.next_word(text, at) for at in starts] == [11, 19, 29, len(text)]
    assert [motion.previous_word(text, at) for at in [*starts[1:], len(text)]] == starts
    assert motion.previous_word(text, 0) == 0


def test_motion_next_word_end_goes_past_an_end_that_it_is_at() -> None:
    text = "one two x three"
    assert [motion.next_word_end(text, at) for at in (0, 2, 3, 7, 9, 15)] == [3, 3, 7, 9, 15, 15]


def test_motion_sentences_and_paragraphs_step_over_empty_lines() -> None:
    text = "First one. Second one.\n\n \nThird."
    assert motion.next_sentence(text, 0) == 11
    assert motion.next_sentence(text, 11) == 26
    assert motion.next_sentence(text, 26) == len(text)
    assert motion.previous_sentence(text, 26) == 11
    assert motion.previous_sentence(text, 15) == 11
    assert motion.previous_sentence(text, 5) == 0
    assert motion.next_paragraph(text, 3) == 26
    assert motion.previous_paragraph(text, 28) == 26
    assert motion.previous_paragraph(text, 26) == 0
    assert motion.next_paragraph(text, 27) == len(text)


def test_motion_grows_word_phrase_sentence_paragraph_document() -> None:
    text = "Title\nIn June, Pakistan’s Foreign Minister, Khawaja Asif, spoke in the U.S. He left.\n"
    at = text.index("Foreign") + 2
    selection, grown = (at, at + 1), []
    for _ in range(6):
        selection = motion.grow(text, *selection)
        grown.append(text[slice(*selection)])
    assert grown == [
        "Foreign",
        "Pakistan’s Foreign Minister",
        "In June, Pakistan’s Foreign Minister, Khawaja Asif, spoke in the U.S.",
        "In June, Pakistan’s Foreign Minister, Khawaja Asif, spoke in the U.S. He left.",
        text,
        text,
    ]


def test_motion_grows_a_selection_of_two_half_words_to_two_words() -> None:
    text = "one two three four"
    assert motion.grow(text, 5, 9) == (4, 13)


@pytest.mark.parametrize(
    ("text", "inside", "phrase"),
    [
        ("He left the U.S.", "left", "He left the U.S."),
        ("He left, again.", "again", "again"),
        ("“a new paradigm” in policy", "new", "a new paradigm"),
        ("costs 1,000 rupees, or more", "costs", "costs 1,000 rupees"),
        ("Pakistan – India talks", "India", "India talks"),
        ("Pakistan-India talks; more", "talks", "Pakistan-India talks"),
        ("a | b c |", "b c", "b c"),
    ],
)
def test_motion_a_phrase_lies_between_punctuation(text: str, inside: str, phrase: str) -> None:
    found = motion.phrase_at(text, text.index(inside))
    assert found is not None
    assert text[slice(*found)] == phrase


@given(TEXTS, st.data())
def test_motion_units_hold_the_offset_and_steps_make_way(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    for unit in (motion.word_at, motion.phrase_at, motion.paragraph_at):
        span = unit(text, offset)
        assert span is None or 0 <= span[0] <= span[1] <= len(text)
    word = motion.word_at(text, offset)
    assert word is None or word[0] <= offset < word[1]
    for forward in (motion.next_edge, motion.next_word, motion.next_sentence, motion.next_paragraph):
        assert offset < forward(text, offset) <= len(text) or forward(text, offset) == len(text)
    for back in (motion.previous_edge, motion.previous_word, motion.previous_sentence, motion.previous_paragraph):
        assert 0 <= back(text, offset) < offset or back(text, offset) == 0


@given(TEXTS, st.data())
def test_motion_growing_only_ever_grows_until_it_is_everything(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for _ in range(8):
        low, high = motion.grow(text, start, end)
        assert low <= start <= end <= high
        assert (low, high) != (start, end) or (low, high) == (0, len(text))
        start, end = low, high
    assert (start, end) == (0, len(text))


def test_motion_a_step_in_a_line_of_a_million_reads_little_of_it() -> None:
    text = "漢" * 1_000_000
    assert motion.next_word(text, 500_000) == 500_001
    assert motion.previous_word(text, 500_000) == 499_999
    assert motion.previous_edge(text, 500_000) == 499_999
    assert 500_000 < motion.next_sentence(text, 500_000) <= len(text)
    assert 0 <= motion.previous_sentence(text, 500_000) < 500_000


@pytest.mark.parametrize("filler", [" ", "\n", "\t\u00a0", " -"])
def test_motion_steps_over_a_desert_in_one_go(filler: str) -> None:
    text = "Start" + filler * 100_000 + "end"
    end = len(text) - 3
    assert (motion.next_word(text, 0), motion.previous_word(text, end)) == (end, 0)
    assert motion.previous_paragraph(text, end) == 0
    assert motion.previous_sentence(text, end) < end


@pytest.mark.parametrize(
    ("sentence", "expected"), [(False, "Asif said"), (True, "Asif said, on Friday, that all is well")]
)
def test_motion_finds_the_last_word_of_a_phrase_or_a_sentence(sentence: bool, expected: str) -> None:
    text = "Yes. Asif said, on Friday, that all is well. No."
    start = text.index("Asif")
    assert text[start : motion.last_word_end(text, start, sentence=sentence)] == expected


@pytest.mark.parametrize("text", ["", ".", "a", "…\n", "a.\n\nb"])
def test_motion_the_last_word_ends_inside_the_text(text: str) -> None:
    for offset in range(len(text)):
        for sentence in (False, True):
            assert offset < motion.last_word_end(text, offset, sentence=sentence) <= len(text)
