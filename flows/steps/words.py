"""The words of titles and bodies: what a search goes by."""

import polars as pl

from flows import schema
from flows.text.inflections import spelling, terms
from flows.text.tokens import LONGEST_WORD, WORD_IN_POLARS


def find_words(articles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The words of each article with their places, and the terms of each word: WORDS and TERMS."""
    in_title = pl.col("paragraph") == 0
    words = (
        number_words(articles)
        .filter(pl.col("word").str.len_chars() <= LONGEST_WORD)
        .group_by("article_id", "word", maintain_order=True)
        .agg(title_count=in_title.sum(), body_count=(~in_title).sum(), positions="position")
    )
    seen = words["word"].unique().sort().to_list()
    meant = [(word, term, term == spelling(word)) for word in seen for term in terms(word)]
    return schema.conform(words, schema.WORDS), pl.DataFrame(meant, schema.TERMS, orient="row")


def number_words(articles: pl.DataFrame) -> pl.DataFrame:
    """The words of each article in order, with paragraph (0 for the title) and position.

    A position is left out between two paragraphs, so that no phrase crosses from one to the next.
    """
    texts = pl.concat_list(pl.col("title").fill_null(""), pl.col("body").str.split("\n\n"))
    size = pl.col("word").list.len().cast(pl.Int32)
    start = size.cum_sum().over("article_id") - size + pl.col("paragraph")
    return (
        articles.select("article_id", text=texts, paragraph=pl.int_ranges(texts.list.len(), dtype=pl.Int32))
        .explode("text", "paragraph")
        .select("article_id", "paragraph", word=pl.col("text").str.extract_all(WORD_IN_POLARS))
        .with_columns(position=pl.int_ranges(start, start + size, dtype=pl.Int32))
        .explode("word", "position")
    )
