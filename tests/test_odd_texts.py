"""Texts that nobody writes, but that lie about (one word, one line, endless lines), take time in proportion."""

from __future__ import annotations

import pytest

from flows.gazetteer import load_gazetteer
from flows.labelling import headlines
from flows.labelling.lines import Line
from flows.naming.finder import find_names
from flows.tagger import Span
from flows.text.cues import RawOffsets, find_raw_end, fold
from flows.text.tokens import LONGEST_WORD, spelt_letters


def line(text: str) -> Line:
    return Line(text + "\n", text, len(text), text.endswith("।"), False, 0, [], [])


def test_headings_above_a_text_are_not_all_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(headlines, "is_same_title", lambda *_: asked.append(1))
    size = 3 * headlines.MOST_CANDIDATES
    headlines.settle_title([line(f"यह छोटी पंक्ति {at}") for at in range(size)])
    assert len(asked) <= headlines.MOST_CANDIDATES**2 + size


def test_a_word_of_hundreds_of_letters_is_no_name() -> None:
    word = "आईएसपीआर" * 20
    assert len(word) > LONGEST_WORD and spelt_letters(word) == "" and spelt_letters("आईएसपीआर") == "ispr"
    text = f"राजदूत {word} ने कहा।"
    assert find_names(text, load_gazetteer(), [Span(7, 7 + len(word), "PERSON", 0.99)]) == []


def test_names_beside_such_a_word_are_found() -> None:
    text = "क" * 1_000 + " और पाकिस्तान"
    assert [text[name.start : name.end] for name in find_names(text, load_gazetteer())] == ["पाकिस्तान"]


@pytest.mark.parametrize("text", ["क़िला और  “बाग़”\u200d के पास ", "नदी\tकिनारे ", "अ\u0901 ब\u093c\u0901 "])
def test_offsets_of_a_long_line_are_those_of_a_search_through_all_of_it(text: str) -> None:
    raw = text * 300
    offsets = RawOffsets(raw)
    assert offsets.folded == fold(raw)
    lengths = range(0, len(offsets.folded) + 1, 97)
    assert [offsets.end(length) for length in lengths] == [find_raw_end(raw, length) for length in lengths]
