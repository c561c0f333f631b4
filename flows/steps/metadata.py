"""Takes title, author, agency, place, dates and language of each article from what its page says of itself."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from typing import Final

import polars as pl

from flows import schema
from flows.particulars.days import find_days
from flows.particulars.headline import find_headline
from flows.particulars.lines import Line, Page, read_lines
from flows.particulars.makers import find_makers
from flows.text.dates import IST
from flows.text.language import find_language

_INDIAN_TIME: Final = frozenset(("hi", "mr", "gu", "bn", "as", "pa", "or", "ta", "te", "kn", "ml", "ur", "sd", "en"))
_WORD: Final = re.compile(r"[\w\u0900-\u0dff\u200c\u200d]+")


def metadata(pages: pl.DataFrame, blocks: pl.DataFrame, bodies: pl.DataFrame) -> pl.DataFrame:
    """ARTICLES: one row for each page that has a body, in the order of the pages."""
    lines = read_lines(blocks)
    texts = dict(bodies.filter(pl.col("body") != "").select("article_id", "body").iter_rows())
    rows = []
    for values in pages.select(schema.PAGES.keys()).iter_rows():
        page = Page(*values)
        if body := texts.get(page.article_id):
            rows.append(_article(page, lines.get(page.article_id, []), body))
    return pl.DataFrame(rows, schema=schema.ARTICLES, orient="row")


def _article(page: Page, lines: list[Line], body: str) -> tuple[object, ...]:
    """A row of ARTICLES."""
    language = find_language(body)
    zone = IST if language in _INDIAN_TIME else UTC
    url = page.url or page.canonical_url
    dates = find_days(page, lines, zone)
    makers = find_makers(page, lines)
    return (
        page.article_id,
        page.source_path,
        page.source_record,
        page.site,
        url,
        language,
        find_headline(page, lines),
        makers.author,
        makers.agency,
        makers.dateline_place,
        dates.published_at,
        dates.published_on,
        dates.precision,
        dates.rule,
        dates.updated_at,
        dates.page_date,
        page.fetched_at,
        body,
        len(_WORD.findall(body)),
        hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
    )
