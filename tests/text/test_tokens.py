"""Tests of words, their offsets and what stands between them."""

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.tokens import (
    BREAK,
    DOT,
    HYPHEN,
    SPACE,
    WORD,
    WORD_IN_POLARS,
    fold_name,
    is_initial,
    spelt_letters,
    tokenise,
)

TEXTS = [
    pytest.param("रूस और पाकिस्तान", ["रूस", "और", "पाकिस्तान"], [BREAK, SPACE, SPACE], id="spaces"),
    pytest.param("रूस-पाकिस्तान", ["रूस", "पाकिस्तान"], [BREAK, HYPHEN], id="hyphen"),
    pytest.param("कहा - पाकिस्तान", ["कहा", "पाकिस्तान"], [BREAK, BREAK], id="a dash is no hyphen"),
    pytest.param("वी. फ़ोमिन", ["वी", "फोमिन"], [BREAK, DOT], id="initial"),
    pytest.param("आए।वह", ["आए", "वह"], [BREAK, BREAK], id="danda without a space"),
    pytest.param("सेना\nरूस", ["सेना", "रूस"], [BREAK, BREAK], id="line break"),
    pytest.param("मिल (PSM)", ["मिल", "psm"], [BREAK, BREAK], id="bracket"),
    pytest.param("पाकिस्\u200dतान", ["पाकिस्तान"], [BREAK], id="joiner inside a word"),
    pytest.param("दिल्लीः बारिश", ["दिल्ली", "बारिश"], [BREAK, BREAK], id="visarga for a colon"),
    pytest.param("।।", [], [], id="no word"),
]


@pytest.mark.parametrize(("text", "words", "gaps"), TEXTS)
def test_words_and_gaps(text: str, words: list[str], gaps: list[str]) -> None:
    tokens = tokenise(text)
    assert (tokens.words, tokens.gaps) == (words, gaps)


@given(st.text())
def test_offsets_are_in_order_and_inside_the_text(text: str) -> None:
    tokens = tokenise(text)
    borders = [border for pair in zip(tokens.starts, tokens.ends, strict=True) for border in pair]
    assert borders == sorted(borders)
    assert all(start < end <= len(text) for start, end in zip(tokens.starts, tokens.ends, strict=True))
    assert len(tokens.words) == len(tokens.gaps) == len(tokens.starts)


def test_surface_is_the_text_between() -> None:
    tokens = tokenise("जनरल अलेक्जेंडर वी. फोमिन आए")
    assert tokens.surface(1, 4) == "अलेक्जेंडर वी. फोमिन"


@pytest.mark.parametrize(
    ("word", "letters"),
    [("आईएसपीआर", "ispr"), ("डब्ल्यूएचओ", "who"), ("एससीओ", "sco"), ("जनरल", ""), ("पाकिस्तान", ""), ("", "")],
)
def test_letters_that_a_word_spells(word: str, letters: str) -> None:
    assert spelt_letters(word) == letters


def test_names_that_differ_in_hyphens_and_stops_fold_alike() -> None:
    assert fold_name("जम्मू-कश्मीर") == fold_name("जम्मू कश्मीर")
    assert fold_name("अलेक्ज़ेंडर वी. फ़ोमिन") == fold_name("अलेक्जेंडर वी फोमिन")


def test_initials_are_letters_or_their_names() -> None:
    assert [is_initial(word) for word in ("वी", "v", "एम", "विजय", "5")] == [True, True, True, False, False]


def test_polars_takes_the_same_characters_for_those_of_words() -> None:
    """All that Python knows: the two may be of different versions of Unicode."""
    known = [char for char in map(chr, range(0x110000)) if unicodedata.category(char) not in ("Cn", "Cs")]
    found = pl.Series(known).str.contains(f"^{WORD_IN_POLARS}$").to_list()
    assert [char for char, is_word in zip(known, found, strict=True) if is_word != bool(WORD.fullmatch(char))] == []
