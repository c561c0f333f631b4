"""Cleaning changes no word, and every character of the result knows where it came from."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.text.characters import clean_text, clean_with_offsets, compose, is_blank, raw_span

ZWNJ, ZWJ, ZWSP, VIRAMA, NUKTA = "\u200c", "\u200d", "\u200b", "\u094d", "\u093c"
QUOTES = "\"'`´‘’‚‛“”„‟«»"

# Characters that cleaning has something to do with, so that random texts meet its cases.
TRICKY = (
    "कष़र्ि\u0958\u095c\u0929\u09be\u09c7\u0bc6\u0bbe\u0d46\u0d3e\u0951ae\u0301\u0323\u00e9\u212b\u1100\u1161\u11a8가"
    "\u2126\u0344\u0f73 \t\n\r\u00a0\u2009\u3000\u2028\x85\x1c\u200b\u200c\u200d\u200e\u00ad\ufeff\ufffc\u2066"
    "\x00\x1b\x7f\x9f''``\"‘’“”.,।(-1२\U0001f468\U000e0067\ue000"
)
TEXTS = st.text(st.sampled_from(TRICKY) | st.characters(exclude_categories=["Cs"]), max_size=60)


def letters(text: str) -> str:
    """What two texts share that say the same: no white space, format characters or quote marks, one composition."""
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf") and c not in QUOTES)
    return unicodedata.normalize("NFC", "".join(kept).replace("\ufffc", ""))


CLEANED = {
    "plain": ("भारत और रूस।", "भारत और रूस।"),
    "line end and indent": ("    दिल्ली में बैठक\r\n", "दिल्ली में बैठक"),
    "kinds of space": ("रूस\u00a0ने\t\tकहा\u2009कि\u3000हाँ", "रूस ने कहा कि हाँ"),
    "space broken by invisible": ("रूस \ufeff \u200bने", "रूस ने"),
    "soft hyphen inside a word": ("मंत्रा\u00adलय", "मंत्रालय"),
    "bidi marks": ("\u200eModi\u200f \u202aPutin\u202c \u2067x\u2069", "Modi Putin x"),
    "object replacement": ("चित्र\ufffc नीचे", "चित्र नीचे"),
    "terminal colours": ("\x1b[31mलाल\x1b[0m", "[31mलाल[0m"),
    "nukta in one code point": ("\u0958लम \u095cा", "क\u093cलम ड\u093cा"),
    "nukta that composes": ("कर\u093cा न\u093cा", "क\u0931ा \u0929ा"),
    "marks out of order": (f"क{VIRAMA}{NUKTA}", f"क{NUKTA}{VIRAMA}"),
    "joiner after virama stays": (f"क{VIRAMA}{ZWJ}ष श{VIRAMA}{ZWNJ}य", f"क{VIRAMA}{ZWJ}ष श{VIRAMA}{ZWNJ}य"),
    "joiner elsewhere goes": (f"भा{ZWJ}रत{ZWNJ} {ZWJ}रूस", "भारत रूस"),
    "second joiner goes": (f"क{VIRAMA}{ZWJ}{ZWNJ}ष", f"क{VIRAMA}{ZWJ}ष"),
    "joiner after virama and debris": (f"क{VIRAMA}{ZWSP}{ZWJ}ष", f"क{VIRAMA}{ZWJ}ष"),
    "joiner and then space": (f"वाक{VIRAMA}{ZWNJ} \u00a0पटु", f"वाक{VIRAMA}{ZWNJ} पटु"),
    "joiner after Bengali virama": (f"র\u09cd{ZWJ}য", f"র\u09cd{ZWJ}য"),
    "two apostrophes": ("उन्होंने कहा, ''हाँ''", 'उन्होंने कहा, "हाँ"'),
    "two graves": ("``हाँ'' कहा", '"हाँ" कहा'),
    "two curly singles": ("‘‘हाँ’’ कहा", "“हाँ” कहा"),
    "both curly quotes closing": ("कहा ”हाँ” और ”ना।”", "कहा “हाँ” और “ना।”"),
    "both curly quotes opening": ("कहा “हाँ“ और", "कहा “हाँ” और"),
    "curly quotes in order": ("कहा “हाँ” और", "कहा “हाँ” और"),
    "inches": ("कद 5' 6”", "कद 5' 6”"),
    "danda stays": ("हुआ।। क्या॥", "हुआ।। क्या॥"),
    "private use and emoji stay": ("\ue001 👍🏽", "\ue001 👍🏽"),
    "nothing": (" \u200b\ufeff\n", ""),
}


@pytest.mark.parametrize(("text", "cleaned"), CLEANED.values(), ids=CLEANED.keys())
def test_clean_text(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@given(TEXTS)
@example(f"क{VIRAMA}\u0951{ZWJ}")  # the accent goes behind the virama: then the joiner does not follow it
@example(f"क\u0951{ZWSP}{VIRAMA}{ZWJ}")
@example("a\u200d\u0301")
@example("'\u200b'")
@example("‘‘‘x’’’")
@example("””x” “ “y“")
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


@given(TEXTS)
def test_cleaned_text_is_normal(text: str) -> None:
    cleaned = clean_text(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    for at, char in enumerate(cleaned):
        if unicodedata.category(char) in ("Cc", "Cf"):
            assert (
                (char in ZWJ + ZWNJ and unicodedata.combining(cleaned[at - 1]) == 9)
                or char in "\u0600\u06dd\u070f"
                or (
                    unicodedata.name(char, "").startswith(
                        ("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN", "SHORTHAND", "MUSICAL")
                    )
                )
            )


@given(TEXTS)
def test_cleaning_changes_no_letter(text: str) -> None:
    assert letters(clean_text(text)) == letters(text)


@given(TEXTS)
def test_offsets_rise_and_span_the_text(text: str) -> None:
    cleaned, offsets = clean_with_offsets(text)
    assert len(offsets) == len(cleaned) + 1
    assert list(offsets) == sorted(offsets)
    assert not cleaned or (offsets[0] >= 0 and offsets[-1] <= len(text))


@given(TEXTS)
def test_every_word_is_found_in_the_raw_text(text: str) -> None:
    cleaned, offsets = clean_with_offsets(text)
    for word in re.finditer("[^ ]+", cleaned):
        start, end = raw_span(offsets, *word.span())
        assert letters(text[start:end]) == letters(word[0])


@given(TEXTS, st.data())
def test_every_run_of_letters_is_found_in_the_raw_text(text: str, data: st.DataObject) -> None:
    """Between any two places where neither a mark nor a joiner follows."""
    cleaned, offsets = clean_with_offsets(text)
    places = [
        i
        for i, char in enumerate(cleaned)
        if unicodedata.category(char)[0] not in "MC" and not "\u1100" <= char < "\u1200"
    ]
    if not places:
        return
    start = data.draw(st.sampled_from(places))
    end = data.draw(st.sampled_from([*(i for i in places if i > start), len(cleaned)]))
    raw_start, raw_end = raw_span(offsets, start, end)
    assert letters(text[raw_start:raw_end]) == letters(cleaned[start:end])


@given(TEXTS)
@example("\u0928\u093c")
@example("क\u094d\u093c")
@example("\u095fé")
def test_compose_is_nfc(text: str) -> None:
    assert compose(text) == unicodedata.normalize("NFC", text)


def test_offsets_of_normal_text_are_a_range() -> None:
    assert clean_with_offsets("  भारत और रूस।\n") == ("भारत और रूस।", range(2, 15))


SPANS = {
    "letter of its own": ("अ ब", 0, 1, (0, 1)),
    "one raw character became two": ("\u0958ल", 0, 1, (0, 1)),
    "its second half": ("\u0958ल", 1, 2, (0, 1)),
    "two raw characters became one": ("न\u093cल", 0, 1, (0, 2)),
    "up to the end": ("रूस\u200b\n", 0, 3, (0, 4)),
    "empty span": ("रूस", 1, 1, (1, 1)),
    "after a run of space": ("अ \u00a0 ब", 2, 3, (4, 5)),
}


@pytest.mark.parametrize(("text", "start", "end", "span"), SPANS.values(), ids=SPANS.keys())
def test_raw_span(text: str, start: int, end: int, span: tuple[int, int]) -> None:
    assert raw_span(clean_with_offsets(text)[1], start, end) == span


BLANKS = {
    "nothing": ("", True),
    "spaces and line ends": (" \t\u00a0\r\n\u2028", True),
    "format characters": ("\ufeff\u200b\u200d\u00ad\ufffc", True),
    "escape": ("\x1b", True),
    "a stop": (" . ", False),
    "private use": ("\ue000", False),
    "a mark": ("\u093f", False),
}


@pytest.mark.parametrize(("text", "expected"), BLANKS.values(), ids=BLANKS.keys())
def test_is_blank(text: str, expected: bool) -> None:
    assert is_blank(text) is expected


@given(TEXTS)
def test_blank_is_what_cleans_to_nothing(text: str) -> None:
    assert is_blank(text) == (clean_text(text) == "")
