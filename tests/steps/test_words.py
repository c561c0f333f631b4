"""The words of articles: where they stand, and what they stand for."""

import polars as pl

from flows import schema
from flows.steps.words import find_words


def article(article_id: str, title: str | None, body: str) -> dict[str, object]:
    return dict.fromkeys(schema.ARTICLES) | {"article_id": article_id, "title": title, "body": body}


def find(*articles: dict[str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    return find_words(pl.DataFrame(articles, schema.ARTICLES))


def test_positions_count_title_and_paragraphs_with_a_gap_between_two() -> None:
    words, _ = find(article("a", "नदी का मेला", "मेला लगा।\n\nनदी में मेला"))
    rows = {row[1]: row[2:] for row in words.iter_rows()}
    assert rows["मेला"] == (1, 2, [2, 4, 9])
    assert rows["नदी"] == (1, 1, [0, 7])
    assert rows["लगा"] == (0, 1, [5])


def test_words_stand_as_printed_with_their_terms() -> None:
    words, terms = find(article("a", None, "हिन्दी किताबें, हिंदी।"), article("b", None, "किताबें"))
    assert words.select("article_id", "word").rows() == [("a", "हिन्दी"), ("a", "किताबें"), ("a", "हिंदी"), ("b", "किताबें")]
    assert terms.rows() == [
        ("किताबें", "किताबें", True),
        ("किताबें", "किताब", False),
        ("हिंदी", "हिंदी", True),
        ("हिन्दी", "हिंदी", True),
    ]


def test_what_is_no_word_has_no_row() -> None:
    words, terms = find(article("a", "…", "— ॥ " + "क" * 101))
    assert words.height == terms.height == 0
    assert find()[0].schema == pl.Schema(schema.WORDS)
