"""Segments partition the page text, whatever the page, and say where they stand."""

from __future__ import annotations

import textwrap

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flows import schema
from flows.steps.segment import Segmented, prose_expression, segment, segment_one

SENTENCE = "नगर परिषद ने पुराने पुल की मरम्मत के लिए इस साल दो चरणों में काम कराने का निर्णय लिया है।"
PAGE = f"""<html lang=hi><head><title>पुल</title><meta property=og:title content='पुल पर फैसला'></head><body>
<p class=nav><a href=/>होम</a></p><h1>पुल पर फैसला</h1><p>{SENTENCE}</p><p>{SENTENCE * 2}</p><p hidden>छिपा</p>"""


def documents(*pages: tuple[str, str]) -> pl.DataFrame:
    """DOCUMENTS of (format, text)."""
    rows = [
        {"article_id": f"id{n}", "source_path": f"s/{n}", "source_record": 0, "site": "s", "format": form, "text": text}
        for n, (form, text) in enumerate(pages)
    ]
    return pl.DataFrame(rows, schema.DOCUMENTS) if rows else schema.empty(schema.DOCUMENTS)


def equal(one: Segmented, other: Segmented) -> bool:
    return one.pages.equals(other.pages) and one.segments.equals(other.segments) and one.lines.equals(other.lines)


TEXTS = st.text(
    st.sampled_from("कख। \n\r\u200b\ufeff\u2028<p>a1") | st.characters(exclude_categories=["Cs"]), max_size=80
)


@given(st.lists(st.tuples(st.sampled_from(["text", "html"]), TEXTS), max_size=4))
def test_segments_partition_the_page_text(pages: list[tuple[str, str]]) -> None:
    segmented = segment(documents(*pages))
    assert dict(segmented.pages.schema) == schema.PAGES
    assert dict(segmented.segments.schema) == schema.SEGMENTS
    assert dict(segmented.lines.schema) == schema.LINES
    assert segmented.pages["article_id"].to_list() == [f"id{n}" for n in range(len(pages))]
    for n, (form, text) in enumerate(pages):
        rows = segmented.segments.filter(pl.col("article_id") == f"id{n}")
        assert rows["segment_no"].to_list() == list(range(rows.height))
        end = 0
        for row in rows.iter_rows(named=True):
            assert row["raw_start"] == end
            end = row["raw_end"]
            assert end - row["raw_start"] == len(row["raw_text"]) > 0
        if form == "text":
            assert "".join(rows["raw_text"]) == text


@hypothesis_settings(max_examples=20)
@given(st.permutations(range(4)))
def test_a_page_is_cut_alike_in_any_company(order: list[int]) -> None:
    pages = [("html", PAGE), ("text", f"शीर्षक\n\n{SENTENCE}\n"), ("text", ""), ("html", "<p>x</p>")]
    frame = documents(*pages)
    together = segment(frame[order])
    apart = [segment(frame[n : n + 1]) for n in order]
    for name in ("pages", "segments", "lines"):
        assert getattr(together, name).equals(pl.concat([getattr(part, name) for part in apart]))


def test_running_again_gives_the_same() -> None:
    frame = documents(("html", PAGE), ("text", SENTENCE))
    assert equal(segment(frame), segment(frame))


def test_no_documents() -> None:
    segmented = segment(documents())
    assert (segmented.pages.height, segmented.segments.height, segmented.lines.height) == (0, 0, 0)


def test_text_has_no_hints() -> None:
    row = segment(documents(("text", f"{SENTENCE}\n"))).segments.row(0, named=True)
    assert {row[name] for name in ("tag", "css", "ancestors", "link_share", "is_hidden", "is_extracted")} == {None}
    assert row["joins_previous"] is False


def test_page_has_hints_and_evidence() -> None:
    segmented = segment(documents(("html", PAGE)))
    page = segmented.pages.row(0, named=True)
    assert (page["html_lang"], page["html_title"], page["og_title"]) == ("hi", "पुल", "पुल पर फैसला")
    rows = {row["raw_text"].strip(): row for row in segmented.segments.iter_rows(named=True)}
    assert rows["होम"]["link_share"] == 1.0 and rows["होम"]["css"] == "nav" and not rows["होम"]["is_extracted"]
    assert rows[SENTENCE]["is_extracted"] and rows[SENTENCE]["tag"] == "p"
    assert rows["छिपा"]["is_hidden"] and not rows["पुल पर फैसला"]["is_hidden"]


def test_hard_wrapped_lines_join() -> None:
    wrapped = textwrap.fill(" ".join([SENTENCE] * 5), 72)
    joins = [item.joins_previous for item in segment_one(f"शीर्षक\n\n{wrapped}\n", "text").segments]
    assert joins == [False, False, False, *([True] * wrapped.count("\n"))]


# --- lines for templates ---------------------------------------------------------------------------------------------


def lines_of(text: str) -> list[tuple[str, bool, str]]:
    return segment(documents(("text", text))).lines.select("pattern", "is_prose", "zone").rows()


def test_lines_know_their_zone() -> None:
    text = f"ख़बर LIVE\n12 March 2024\n\n{SENTENCE}\nबीच की पंक्ति\n{SENTENCE}{SENTENCE}\n\nऔर पढ़ें\nऔर पढ़ें\n"
    assert lines_of(text) == [
        ("ख़बर LIVE", False, "head"),
        ("0 ⟨date⟩ 0", False, "head"),
        (SENTENCE.rstrip("।"), True, "inside"),
        ("बीच की पंक्ति", False, "inside"),
        ((SENTENCE + SENTENCE).rstrip("।"), True, "inside"),
        ("और पढ़ें", False, "tail"),
    ]


def test_page_without_prose_is_all_head() -> None:
    assert {zone for _, _, zone in lines_of("एक\nदो\nतीन")} == {"head"}


def test_long_prose_is_a_digest() -> None:
    ((pattern, is_prose, zone),) = lines_of(SENTENCE * 5)
    assert pattern.startswith("¶") and len(pattern) < 40 and is_prose and zone == "inside"


PROSE = {
    "a paragraph": (SENTENCE * 2, True),
    "a sentence": ("किसानों ने बताया कि इस बार नहर का पानी समय पर मिल गया था।", True),
    "a quoted sentence": ("उसने कहा, “हम इस बार भी समय पर काम पूरा कर के दिखा देंगे।”", True),
    "a headline": ("पुल की मरम्मत पर परिषद का फैसला, गाँवों को मिलेगी राहत", False),
    "a short sentence": ("बैठक कल होगी।", False),
    "digits": ("1 2 3 4 5 6 7 8 9 " * 10, False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("text", "expected"), PROSE.values(), ids=PROSE.keys())
def test_prose_is_told_by_letters_or_by_the_words_of_a_sentence(text: str, expected: bool) -> None:
    assert pl.select(prose_expression(pl.lit(text))).item() is expected


def test_blank_lines_are_no_lines() -> None:
    assert lines_of("\n\u200b\n \n") == []


@pytest.mark.timeout(20)
def test_flood_of_marks_is_refused_before_it_takes_hours() -> None:
    html = f"<p>{'&#x301;&#x316;' * 50_000}</p>"
    with pytest.raises(ValueError, match="combining marks"):
        segment(documents(("html", html)))
