"""Names in the bodies of articles: one row a mention, before identity."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import polars as pl

from flows.gazetteer import Gazetteer
from flows.naming.finder import Name, find_names
from flows.schema import MENTIONS
from flows.tagger import Span, Tagger
from flows.text.characters import raw_span
from flows.text.sentences import sentence_starts

#: Stands between a title and its body when they are read as one text; no name crosses it.
SEPARATOR = "\n\n"


def find_mentions(bodies: pl.DataFrame, articles: pl.DataFrame, gazetteer: Gazetteer, tagger: Tagger) -> pl.DataFrame:
    """BODIES and ARTICLES of a batch → MENTIONS. A title helps to read its body and has no mentions of its own."""
    titles = dict(articles.select("article_id", "title").iter_rows())
    rows = list(bodies.select("article_id", "body", "raw_map").iter_rows())
    tagged = tagger.tag([body for _, body, _ in rows])
    found = [
        mention
        for (article_id, body, raw_map), spans in zip(rows, tagged, strict=True)
        for mention in mentions_of(article_id, titles.get(article_id) or "", body, raw_map, gazetteer, spans)
    ]
    return pl.DataFrame(found, schema=MENTIONS, orient="row")


def names_of(title: str, body: str, gazetteer: Gazetteer, spans: Sequence[Span] = ()) -> list[Name]:
    """The names of a body, offsets into the body."""
    shift = len(title) + len(SEPARATOR)
    moved = [Span(span.start + shift, span.end + shift, span.type, span.score) for span in spans]
    return [
        name.moved(-shift) for name in find_names(title + SEPARATOR + body, gazetteer, moved) if name.start >= shift
    ]


def mentions_of(
    article_id: str, title: str, body: str, raw_map: Sequence[int], gazetteer: Gazetteer, spans: Sequence[Span]
) -> Iterator[tuple[object, ...]]:
    """The rows of MENTIONS for one article."""
    sentences = sentence_starts(body)
    for name in names_of(title, body, gazetteer, spans):
        raw_start, raw_end = raw_span(raw_map, name.start, name.end)
        # The table decides of what type a thing is, also where a head word in the text says another.
        kind = gazetteer.entities[name.curated_id].type if name.curated_id else name.type
        yield (
            mention_id(article_id, name, kind),
            article_id,
            kind,
            body[name.start : name.end],
            name.start,
            name.end,
            raw_start,
            raw_end,
            bisect_right(sentences, name.start) - 1,
            name.is_demonym,
            name.method,
            name.score,
            name.name,
            name.curated_id,
        )


def mention_id(article_id: str, name: Name, kind: str) -> str:
    """32 hex digits that depend on nothing but the article, the span and the type."""
    return hashlib.sha256(f"{article_id}:{name.start}:{name.end}:{kind}".encode()).hexdigest()[:32]
