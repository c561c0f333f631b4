"""Tests of where sentences start."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.sentences import sentence_starts

TEXTS = [
    pytest.param(["बारिश हुई। ", "फिर धूप निकली।"], id="danda"),
    pytest.param(["बारिश हुई. ", "फिर धूप निकली."], id="full stop"),
    pytest.param(["क्या बारिश होगी? ", "हाँ! ", "होगी।"], id="question and exclamation"),
    pytest.param(["जनरल वी. फ़ोमिन आए। ", "वे रुके।"], id="initial"),
    pytest.param(["डॉ. राव ने 3.5 अंक दिए। ", "सब ख़ुश थे।"], id="abbreviation and decimal"),
    pytest.param(["बस आई. ", "लोग चढ़े."], id="a verb that is spelt like a letter"),
    pytest.param(["नेता आई. के. मेहता बोले. ", "सभा उठी."], id="the same letters as initials"),
    pytest.param(["उसने कहा, “चलो।” ", "वे चले।"], id="closing quote belongs to its sentence"),
    pytest.param(["पहला पैरा\n\n", "दूसरा पैरा"], id="paragraphs"),
    pytest.param(["साइट news.example देखें। ", "बस।"], id="address"),
    pytest.param(["काम हुआ.", "फिर चले"], id="no space after the stop"),
    pytest.param(["और फिर... ", "सन्नाटा।"], id="dots"),
]


@pytest.mark.parametrize("sentences", TEXTS)
def test_sentences(sentences: list[str]) -> None:
    text = "".join(sentences)
    starts = sentence_starts(text)
    assert [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)] == sentences


@given(st.text(alphabet='कआी।.?!\n "a1'))
def test_starts_rise_from_zero(text: str) -> None:
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert all(start < len(text) for start in starts[1:])
