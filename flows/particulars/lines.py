"""A page as the steps before left it: what it declares, and the lines that say something of its article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import polars as pl

READ_ROLES: Final = ("title", "byline", "dateline", "date", "source_credit", "site_header")
#: Roles of a line beside the headline that may be about its author or its day all the same.
MISREAD_ROLES: Final = ("kicker", "other", "site_header", "author_bio", "image_credit", "standfirst", "subhead", "body")
#: Roles of a short line beside the headline that may hold its day.
DATED_ROLES: Final = ("date", "other", "site_header", "author_bio", "kicker")
#: From so many spaces on a heading is no button or section, and a line no bare name.
LEAST_SPACES: Final = 3
#: Blocks from the headline, or from an end of the text, within which a line is beside it.
BESIDE: Final = 6
_LONGEST_MISREAD: Final = 140
_OPENING: Final = 4  # kept blocks; a dateline or date further down is of another story on the page
_LONGEST_SITE_NAME: Final = 50


@dataclass(frozen=True)
class Page:
    """A row of PAGES."""

    article_id: str
    source_path: str
    source_record: int
    site: str | None
    format: str
    url: str | None
    fetched_at: datetime | None
    given_published_at: str | None
    given_title: str | None
    given_authors: str | None
    canonical_url: str | None
    html_lang: str | None
    html_title: str | None
    og_title: str | None
    site_name: str | None
    meta_authors: str | None
    meta_published: str | None
    meta_modified: str | None
    jsonld_title: str | None
    jsonld_authors: str | None
    jsonld_publisher: str | None
    jsonld_published: str | None
    jsonld_modified: str | None
    extracted_title: str | None
    extracted_authors: str | None
    extracted_date: str | None


@dataclass(frozen=True)
class Line:
    """A line that says something of the article. `place` is where it stands: masthead, top, inside or tail."""

    role: str
    place: str
    text: str
    is_beside: bool = False  # a few blocks from the headline or from the start of the text
    is_below: bool = False  # a few blocks below the end of the text
    distance: int = 0  # blocks from the headline, or from the start of the text where there is none


def read_lines(blocks: pl.DataFrame) -> dict[str, list[Line]]:
    """The lines of each article that metadata is read from, in page order; pieces of one line are joined."""
    kept = pl.col("is_kept") & (pl.col("role") != "blank")
    span = blocks.group_by("article_id").agg(
        title_no=pl.col("block_no").filter(pl.col("role") == "title").min(),
        first_kept=pl.col("block_no").filter(kept).min(),
        last_kept=pl.col("block_no").filter(kept).max(),
    )
    place = (
        pl.when(pl.col("block_no") > pl.col("last_kept"))
        .then(pl.lit("tail"))
        .when(pl.col("kept_before") > _OPENING)
        .then(pl.lit("inside"))
        .when(pl.col("block_no") < pl.coalesce("title_no", "first_kept"))
        .then(pl.lit("masthead"))
        .otherwise(pl.lit("top"))
    )
    number = pl.col("block_no")
    distance, before_text = number - pl.coalesce("title_no", "first_kept"), pl.col("first_kept") - number
    is_beside = distance.is_between(-BESIDE, 2 * BESIDE) | (before_text <= 2 * BESIDE)
    is_beside &= (pl.col("title_no").is_null() | (distance >= -BESIDE)) & (before_text >= -BESIDE // 3)
    may_name = pl.col("role").is_in(MISREAD_ROLES) & (pl.col("raw_text").str.len_chars() <= _LONGEST_MISREAD)
    has_digit = pl.col("raw_text").str.contains(r"\d")  # a masthead is read for its date alone
    rows = (
        blocks.sort("article_id", "block_no")
        .with_columns(kept_before=kept.cast(pl.Int32).cum_sum().over("article_id"))
        .join(span, on="article_id")
        .with_columns(
            is_beside=is_beside.fill_null(value=False),
            is_below=(number > pl.col("last_kept")) & (number <= pl.col("last_kept") + BESIDE),
            distance=distance,
        )
        .filter(
            (pl.col("role").is_in(READ_ROLES) & ((pl.col("role") != "site_header") | has_digit))
            | ((pl.col("is_beside") | pl.col("is_below")) & may_name)
        )
        .with_columns(place=place)
        .sort("article_id", "block_no")
        .select(
            "article_id", "block_no", "joins_previous", "role", "place", "raw_text", "is_beside", "is_below", "distance"
        )
        .iter_rows()
    )
    lines: dict[str, list[Line]] = {}
    last_no: dict[str, int] = {}
    for article_id, block_no, joins, role, where, text, *near in rows:
        own = lines.setdefault(article_id, [])
        if joins and own and own[-1].role == role and last_no[article_id] == block_no - 1:
            own[-1] = replace(own[-1], text=f"{own[-1].text} {text}")
        else:
            own.append(Line(role, where, text, *near))
        last_no[article_id] = block_no
    return lines


def site_names(page: Page) -> tuple[str, ...]:
    """What a site may call itself: the publisher's name, its own, its folder, its host and the host's labels."""
    host = _find_host(page.url or page.canonical_url or "")
    labels = [label for label in host.split(".") if len(label) > 2 and label not in {"www", "com", "org", "net", "gov"}]
    called = page.site_name or ""
    is_title = any(title and title in called for title in (page.og_title, page.jsonld_title))  # some fill it in so
    own = called if len(called) <= _LONGEST_SITE_NAME and not is_title else None
    names = [page.jsonld_publisher, own, page.site, host.removeprefix("www."), *labels]
    return tuple(name for name in names if name)


def _find_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # pages declare addresses that are none: https://[
        return ""
