"""Folding for cues, and the way back to raw offsets."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flows.text.cues import find_raw_end, find_raw_start, fold

HINDI = st.text(alphabet="कखड़ज़फि्ाँंॉ़ \u00a0\u200d।.“”'—nÅ\u0301ো", max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("पढ़ें", "पढें", id="nukta as two signs"),
        pytest.param("प\u095dें", "पढें", id="nukta as one sign"),
        pytest.param("यहाँ", "यहां", id="candrabindu"),
        pytest.param("नई दिल्‍ली", "नई दिल्ली", id="joiner"),
        pytest.param(" \u00a0एक\t\r\n दो\u2003", "एक दो", id="white space"),
        pytest.param("“एक” – दो—तीन", '"एक" - दो-तीन', id="quotes and dashes"),
        pytest.param("\u200b\ufeff", "", id="signs without a letter"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(HINDI | st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    """But marks that a joiner kept apart, which no cue has: they only come together once it is dropped."""
    assert fold(fold(text)) == unicodedata.normalize("NFC", fold(text))


@given(HINDI, st.integers(1, 40))
def test_a_prefix_found_in_the_folded_text_is_found_in_the_raw(raw: str, length: int) -> None:
    folded = fold(raw)
    prefix = folded[:length].rstrip()
    assume(prefix)
    end = find_raw_end(raw, len(prefix))
    assert fold(raw[:end]).startswith(prefix)
    assert not (end < len(raw) and unicodedata.category(raw[end]).startswith("M")), "a mark is parted from its letter"


@given(HINDI, st.integers(0, 40))
def test_a_suffix_found_in_the_folded_text_is_found_in_the_raw(raw: str, length: int) -> None:
    folded = fold(raw)
    suffix = folded[max(0, len(folded) - length) :].lstrip()
    start = find_raw_start(raw, len(suffix))
    assert len(fold(raw[start:])) >= len(suffix)
