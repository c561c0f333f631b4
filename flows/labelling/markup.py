"""What HTML tells of a block: its tag, the elements around it, what its classes name, and how it matches the title."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from flows.labelling.rows import FAR, Columns, Ints, Rows

_TAGS: Final = (
    "p",
    "li",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "th",
    "figcaption",
    "blockquote",
    "br",
    "button",
    "dd",
    "body",
)
_BOXES: Final = tuple(
    "p li ul ol nav footer header aside article main section figure table blockquote form span a strong em dl button "  # noqa: SIM905
    "h2 h3 time div label".split()
)
_CLASSES: Final = {
    name: re.compile(pattern.replace(" ", "|"), re.IGNORECASE)
    for name, pattern in {
        "body": "body content text entry story post artic para copy main rich wysiwyg single",
        "strong_body": "(?:article|story|post|entry|content)[-_]*(?:body|content|text|main|detail) entry wysiwyg "
        "rich-?text",
        "comment": "comment disqus reply discuss",
        "related": "relat recommend more read(?!er) popular trend latest also similar next prev teaser card tile "
        "carousel slider",
        "share": "shar social follow facebook twitter whatsapp button btn icon",
        "menu": "nav menu breadcrumb header masthead top-?bar foot sidebar aside rail widget drawer search",
        "promo": "promo sponsor advert banner newsletter subscri sign-?up paywall donat cta offer product shop",
        "consent": "cookie consent gdpr modal popup overlay dialog privacy toast",
        "caption": "caption credit image img photo figure media gallery video thumb",
        "author": "author byline bio meta date time publish writer source dateline",
        "tags": "tag topic keyword categor label kicker eyebrow",
        "title": "title headline heading hed",
        "summary": "summary lead lede intro standfirst excerpt dek sub-?(?:title|head) description abstract deck",
        "list": "list item grid row col feed archive",
        "hidden": "hidden hide screen-?reader sr-only visually skip print",
        "note": "foot-?note reference correction disclaim toc table-of faq quote embed tweet",
    }.items()
}


@lru_cache(maxsize=1 << 16)
def _class_bits(word: str) -> int:
    """Which of the kinds of _CLASSES a class or id names."""
    return sum(1 << at for at, pattern in enumerate(_CLASSES.values()) if pattern.search(word))


def _css_bits(css: str) -> int:
    bits = 0
    for word in css.split():
        bits |= _class_bits(word)
    return bits


def find_groups(known: pl.DataFrame) -> dict[str, Ints]:
    """Rows of a page that look alike: same tag and classes; same elements around the block; same run of those.

    A group is known by its first row.
    """
    row = pl.col("number").cast(pl.Int64)
    around = pl.col("ancestors").str.replace(r"^\S+ ?", "")
    numbered = (
        known.with_row_index("number")
        .with_columns(around=around)
        .with_columns(
            alike=row.first().over("article_id", "tag", "css"),
            around_first=row.first().over("article_id", "around"),
            run=pl.struct("article_id", "around").rle_id().cast(pl.Int64),
        )
    )
    return {
        "alike": numbered["alike"].to_numpy(),
        "around": numbered["around_first"].to_numpy(),
        "run": numbered["run"].to_numpy(),
    }


def markup_columns(tags: list[str], csses: list[str], boxes: list[str], rows: Rows) -> Columns:
    """Tag, elements around and what the classes name."""
    code = {tag: at for at, tag in enumerate(_TAGS, 1)}
    tag = np.array([code.get(tag, 0) for tag in tags], dtype=np.int64)
    columns: Columns = {f"tag_{name}": tag == at for name, at in code.items()}
    columns["tag_other"] = tag == 0
    bits_of = {css: _css_bits(css) for css in set(csses)}
    bits = np.array([bits_of[css] for css in csses], dtype=np.int64)
    columns |= {f"class_{name}": (bits >> at) & 1 for at, name in enumerate(_CLASSES)}
    boxes_of = {box: _box_bits(box) for box in set(boxes)}
    held = np.array([boxes_of[box] for box in boxes], dtype=np.int64)
    columns |= {f"in_{name}": (held >> at) & 1 for at, name in enumerate(_BOXES)}
    is_heading = (tag >= code["h1"]) & (tag <= code["h4"])
    for distance in (-1, 1):
        columns[f"tag_p{distance:+}"] = rows.neighbour(tag == code["p"], distance)
        columns[f"heading{distance:+}"] = rows.neighbour(is_heading, distance)
    columns["since_h1"] = rows.since(tag == code["h1"])
    columns["since_heading"] = rows.since(is_heading)
    columns["page_p"] = rows.total((tag == code["p"]).astype(np.int64))
    return columns


def _box_bits(box: str) -> int:
    held = set(box.split())
    return sum(1 << at for at, name in enumerate(_BOXES) if name in held)


_LONGEST_TITLE: Final = 40  # words


def title_columns(ids: list[str], split: list[list[str]], tags: list[str], rows: Rows, pages: pl.DataFrame) -> Columns:
    """How far a block repeats what the page says its title is, and where it stands from the block that does so best."""
    titles = {name: [set(title.lower().split()) for title in given if title] for name, *given in _titles(pages)}
    share = np.zeros(len(ids), dtype=np.float32)
    recall = np.zeros(len(ids), dtype=np.float32)
    place = np.full(len(ids), -1, dtype=np.int64)
    for first, end in rows.spans():
        own = [title for title in titles.get(ids[first], []) if title]
        every = set().union(*own)
        best = 0.0
        for at in range(first, end):
            if len(split[at]) > _LONGEST_TITLE or every.isdisjoint(split[at]):
                continue
            found = set(split[at])
            common = [(len(found & title), len(title)) for title in own]
            share[at] = max(count for count, _ in common) / len(found)
            recall[at] = max(count / size for count, size in common)
            score = float(share[at] * recall[at]) + 0.3 * (tags[at] == "h1")
            if share[at] > 0.6 and recall[at] > 0.5 and score > best + 1e-6:
                best = score
                place[first:end] = at
    distance = np.where(place >= 0, np.clip(rows.number - place, -FAR, FAR), -2 * FAR)
    return {"title_share": share, "title_recall": recall, "from_title": distance}


def _titles(pages: pl.DataFrame) -> Iterable[tuple[str, ...]]:
    return pages.select("article_id", "html_title", "og_title", "jsonld_title", "extracted_title").iter_rows()
