"""The body is the kept blocks, and every character of it knows its place in the page text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import schema
from flows.steps.normalise import normalise
from flows.text.characters import clean_text, is_blank, raw_span

QUOTES = "\"'`´‘’“”„«»"


@dataclass(frozen=True)
class Block:
    raw_text: str
    role: str = "body"
    joins_previous: bool = False

    @property
    def is_kept(self) -> bool:
        return self.role in ("standfirst", "body", "subhead")


def body(text: str, joins: bool = False) -> Block:
    return Block(text, "body", joins)


def gone(text: str, joins: bool = False) -> Block:
    return Block(text, "promo", joins)


def blank(text: str = "\n") -> Block:
    return Block(text, "blank")


def frame(*articles: list[Block]) -> pl.DataFrame:
    rows = []
    for n, blocks in enumerate(articles):
        start = 0
        for number, block in enumerate(blocks):
            end = start + len(block.raw_text)
            rows.append(
                {
                    "article_id": f"id{n}",
                    "block_no": number,
                    "segment_no": number,
                    "joins_previous": block.joins_previous,
                    "raw_start": start,
                    "raw_end": end,
                    "raw_text": block.raw_text,
                    "role": block.role,
                    "is_kept": block.is_kept,
                    "rule_id": "r",
                }
            )
            start = end
    return pl.DataFrame(rows, schema.BLOCKS)


def run(*blocks: Block) -> tuple[list[int | None], str, list[int]]:
    """paragraph_no of each block, body and raw_map of one article."""
    numbered, bodies = normalise(frame(list(blocks)))
    assert numbered["is_kept"].to_list() == [number is not None for number in numbered["paragraph_no"]]
    return numbered["paragraph_no"].to_list(), bodies.item(0, "body"), bodies.item(0, "raw_map").to_list()


def test_a_kept_block_of_which_nothing_is_seen_is_blank() -> None:
    """It would stop the run of all others: a piece of a line, or a line too long to be folded whole."""
    numbered, bodies = normalise(frame([body("एक\n"), body("\u202e" * 9 + "\n"), gone("\u202e\n"), body("दो\n")]))
    assert numbered["role"].to_list() == ["body", "blank", "promo", "body"]
    assert numbered["rule_id"].to_list() == ["r", "blank", "r", "r"]
    assert bodies.item(0, "body") == "एक\n\nदो"


PARAGRAPHS: dict[str, tuple[list[Block], list[int | None], str]] = {
    "lines are paragraphs": ([body("एक\n"), body("दो\n")], [0, 1], "एक\n\nदो"),
    "removed lines leave nothing": (
        [gone("x\n"), body("एक\n"), gone("y\n"), body("दो\n")],
        [None, 0, None, 1],
        "एक\n\nदो",
    ),
    "pieces of a line": ([gone("दिल्ली: "), body("एक", True), body(" दो\n", True)], [None, 0, 0], "एक दो"),
    "pieces around a removed one": ([body("एक "), gone("(पढ़ें) ", True), body("दो", True)], [0, None, 0], "एक दो"),
    "a line whose first piece is gone": ([body("एक\n"), gone("x: "), body("दो", True)], [0, None, 1], "एक\n\nदो"),
    "wrapped lines": ([body("एक\n"), body("दो\n", True), body("तीन\n", True)], [0, 0, 0], "एक दो तीन"),
    "a subhead that runs in": ([Block("शीर्ष : ", "subhead"), body("एक", True)], [0, 1], "शीर्ष :\n\nएक"),
    "a standfirst and a body on one line": ([Block("एक ", "standfirst"), body("दो", True)], [0, 0], "एक दो"),
    "blank between kept lines": ([body("एक\n"), blank(), body("दो")], [0, 0, 1], "एक\n\nदो"),
    "several blanks": ([body("एक\n"), blank(), blank("\u200b\n"), body("दो")], [0, 0, 0, 1], "एक\n\nदो"),
    "blank at the ends": ([blank(), body("एक\n"), blank()], [None, 0, None], "एक"),
    "blank beside a removed line": (
        [body("एक\n"), blank(), gone("x\n"), blank(), body("दो")],
        [0, None, None, None, 1],
        "एक\n\nदो",
    ),
    "kept block without text": ([body("एक\n"), body("\u200b\n"), body("दो")], [0, 0, 1], "एक\n\nदो"),
    "kept block without text at the end": ([body("एक\n"), body("\u200b\n")], [0, None], "एक"),
    "nothing kept": ([gone("x"), blank()], [None, None], ""),
}


@pytest.mark.parametrize(("blocks", "numbers", "text"), PARAGRAPHS.values(), ids=PARAGRAPHS.keys())
def test_paragraphs(blocks: list[Block], numbers: list[int | None], text: str) -> None:
    found = run(*blocks)
    assert found[:2] == (numbers, text)


def test_raw_map_of_plain_text() -> None:
    _, text, raw_map = run(gone("हटा\n"), body("  एक\n"), body("दो\n"))
    assert text == "एक\n\nदो"
    assert raw_map == [6, 7, 8, 8, 9, 10, 11]


def test_raw_map_over_a_removed_piece() -> None:
    _, text, raw_map = run(body("एक "), gone("(पढ़ें) ", True), body("दो", True))
    assert text == "एक दो"
    assert raw_span(raw_map, 0, 2) == (0, 2)
    assert raw_span(raw_map, 3, 5) == (11, 13)


def test_no_article_and_no_block() -> None:
    numbered, bodies = normalise(schema.empty(schema.BLOCKS))
    assert (numbered.height, bodies.height) == (0, 0)
    assert dict(numbered.schema) == schema.BLOCKS
    assert dict(bodies.schema) == schema.BODIES


def test_articles_do_not_touch() -> None:
    one, other = [body("एक\n"), body("दो")], [body("तीन", True), blank()]
    numbered, bodies = normalise(frame(one, other))
    assert bodies["body"].to_list() == ["एक\n\nदो", "तीन"]
    assert bodies["article_id"].to_list() == ["id0", "id1"]
    assert numbered["paragraph_no"].to_list() == [0, 1, 0, None]


# --- over any text ---------------------------------------------------------------------------------------------------

PIECES = st.text(
    st.sampled_from("कष़र्ि\u0958\u094d\u200d\u200cae\u0301 \t\n\u00a0\u200b\ufeff\u00ad\x1b''\"“”।,")
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=20,
)


def make_block(text: str, role: str, joins: bool) -> Block:
    return Block(text, "blank" if is_blank(text) else role, joins)


BLOCKS = st.lists(
    st.builds(make_block, PIECES, st.sampled_from(["body", "body", "promo", "subhead"]), st.booleans()), max_size=12
)


def letters(text: str) -> str:
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf") and c not in QUOTES)
    return unicodedata.normalize("NFC", "".join(kept).replace("\ufffc", ""))


@given(BLOCKS)
def test_body_is_the_kept_blocks(blocks: list[Block]) -> None:
    """Promise 2, by paragraph."""
    if not blocks:
        return
    numbers, text, _ = run(*blocks)
    raw: dict[int, str] = {}
    for block, number in zip(blocks, numbers, strict=True):
        assert number is None or block.is_kept or block.role == "blank"
        assert number is not None or not block.is_kept or not clean_text(block.raw_text)
        if number is not None and block.role != "blank":
            raw[number] = f"{raw.get(number, '')} {block.raw_text}"
    paragraphs = text.split("\n\n") if text else []
    assert sorted(raw) == list(range(len(paragraphs)))
    for number, paragraph in enumerate(paragraphs):
        assert paragraph == " ".join(paragraph.split()) != ""
        assert letters(paragraph) == letters(raw[number])
        assert unicodedata.is_normalized("NFC", paragraph)


@given(BLOCKS)
def test_every_word_of_the_body_is_found_in_the_page(blocks: list[Block]) -> None:
    if not blocks:
        return
    page = "".join(block.raw_text for block in blocks)
    _, text, raw_map = run(*blocks)
    assert len(raw_map) == len(text) + 1
    assert raw_map == sorted(raw_map)
    assert raw_map[0] >= 0 and raw_map[-1] <= len(page)
    for word in re.finditer(r"\S+", text):
        start, end = raw_span(raw_map, *word.span())
        assert letters(page[start:end]) == letters(word[0])


@given(BLOCKS)
def test_normalising_the_body_again_changes_nothing(blocks: list[Block]) -> None:
    if not blocks:
        return
    _, text, _ = run(*blocks)
    paragraphs = [Block(f"{paragraph}\n") for paragraph in text.split("\n\n")] if text else []
    if paragraphs:
        assert run(*paragraphs)[1] == text
