"""The words of titles and bodies: what a search goes by."""

import polars as pl

from flows import schema
from flows.text.inflections import spelling, terms
from flows.text.tokens import LONGEST_WORD, WORD


def find_words(articles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The words of each article with their places, and the terms of each word: WORDS and TERMS."""
    rows = [
        (article_id, *number_words(title or "", body))
        for article_id, title, body in articles.select("article_id", "title", "body").iter_rows()
    ]
    text, number = pl.String(), pl.Int32()
    columns = {"article_id": text, "title_size": number, "word": pl.List(text), "position": pl.List(number)}
    frame = pl.DataFrame(rows, columns, orient="row")
    found = frame.explode("word", "position").filter(pl.col("word").str.len_chars() <= LONGEST_WORD)
    in_title = pl.col("position") < pl.col("title_size")
    words = found.group_by("article_id", "word", maintain_order=True).agg(
        title_count=in_title.sum().cast(pl.Int32), body_count=(~in_title).sum().cast(pl.Int32), positions="position"
    )
    seen = words["word"].unique().sort().to_list()
    meant = [(word, term, term == spelling(word)) for word in seen for term in terms(word)]
    return schema.conform(words, schema.WORDS), pl.DataFrame(meant, schema.TERMS, orient="row")


def number_words(title: str, body: str) -> tuple[int, list[str], list[int]]:
    """How many words the title has; the words of it and of each paragraph, in order; their numbers.

    A number is left out between two paragraphs, so that no phrase crosses from one to the next.
    """
    words: list[str] = []
    positions: list[int] = []
    at = 0
    for paragraph in (title, *body.split("\n\n")):
        found = WORD.findall(paragraph)
        words += found
        positions += range(at, at + len(found))
        at += len(found) + 1
    return len(WORD.findall(title)), words, positions
