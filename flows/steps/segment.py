"""Cuts documents into segments with raw offsets: lines of a text, blocks of a web page."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import accumulate
from operator import attrgetter
from typing import Final

import polars as pl

from flows import schema
from flows.text.characters import SPACE_IN_POLARS, VISIBLE_IN_POLARS, has_mark_flood
from flows.text.extraction import NOTHING, Extraction, extract_page, restore_marks
from flows.text.html import SILENT, Evidence, HtmlBlock, page_blocks, page_evidence, parse_page
from flows.text.lines import find_wrapped, mask_line, split_lines

_PROSE_LETTERS: Final = 80
_PROSE_WORDS: Final = 12
#: A line that has not enough letters by here has hardly any.
_PROSE_START: Final = 20 * _PROSE_LETTERS
_NO_LETTER: Final = rf"[{SPACE_IN_POLARS}\d!-/:-@\[-`{{-~\u00a1-\u00bf\u0964-\u0970\u2010-\u205e]"
_SENTENCE_END: Final = rf"""[।॥.!?]["'”’)\] ]*[{SPACE_IN_POLARS}]*$"""


@dataclass(frozen=True)
class Segmented:
    """Frames of the schemas PAGES, SEGMENTS and LINES."""

    pages: pl.DataFrame
    segments: pl.DataFrame
    lines: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Segment:
    """A row of SEGMENTS, less where it stands."""

    raw_text: str
    joins_previous: bool = False
    tag: str | None = None
    css: str | None = None
    ancestors: str | None = None
    link_share: float | None = None
    is_hidden: bool | None = None
    is_extracted: bool | None = None


@dataclass(frozen=True, slots=True)
class SegmentedPage:
    """One page, cut: its segments, what it says of itself and what trafilatura says."""

    segments: list[Segment]
    evidence: Evidence = SILENT
    extraction: Extraction = NOTHING


def segment(documents: pl.DataFrame) -> Segmented:
    """PAGES, SEGMENTS and LINES of DOCUMENTS; in order, the segments of a page are its text."""
    pages = [segment_one(text, form) for text, form in documents.select("text", "format").iter_rows()]
    segments = _add_patterns(_segment_frame(documents["article_id"].to_list(), pages))
    return Segmented(_page_frame(documents, pages), segments, _line_frame(documents, segments))


def segment_one(text: str, form: str) -> SegmentedPage:
    """The segments of one document of the given format, text or html."""
    return _segment_html(text) if form == "html" else SegmentedPage(_segment_text(text))


def _segment_text(text: str) -> list[Segment]:
    lines = split_lines(text)
    return [Segment(line, joins) for line, joins in zip(lines, find_wrapped(lines), strict=True)]


def _segment_html(html: str) -> SegmentedPage:
    root = parse_page(html)
    if root is None:
        return SegmentedPage([])
    blocks = page_blocks(root)
    if any(has_mark_flood(block.text) for block in blocks):
        raise ValueError("the page holds hundreds of combining marks in a row: no text; remove the file")
    evidence = page_evidence(root)
    extraction = extract_page(root)
    sources = [evidence.jsonld_authors or "", evidence.meta_authors or "", *(block.text for block in blocks)]
    extraction = replace(extraction, authors=restore_marks(extraction.authors, sources))
    segments = [_html_segment(*pair) for pair in zip(blocks, extraction.find_kept(blocks), strict=True)]
    return SegmentedPage(segments, evidence, extraction)


def _html_segment(block: HtmlBlock, is_extracted: bool) -> Segment:
    return Segment(
        block.text,
        tag=block.tag,
        css=block.css,
        ancestors=block.ancestors,
        link_share=block.link_share,
        is_hidden=block.is_hidden,
        is_extracted=is_extracted,
    )


def _page_frame(documents: pl.DataFrame, pages: list[SegmentedPage]) -> pl.DataFrame:
    known = documents.select(name for name in schema.PAGES if name in documents.columns)
    names = [item.name for item in fields(Evidence)]
    said = [tuple(getattr(page.evidence, name) for name in names) for page in pages]
    evidence = pl.DataFrame(said, {name: schema.PAGES[name] for name in names}, orient="row")
    verdicts = pl.DataFrame(
        [(page.extraction.title, page.extraction.authors, page.extraction.date) for page in pages],
        {n: schema.PAGES[n] for n in ("extracted_title", "extracted_authors", "extracted_date")},
        orient="row",
    )
    return schema.conform(pl.concat([known, evidence, verdicts], how="horizontal"), schema.PAGES)


def _segment_frame(ids: list[str], pages: list[SegmentedPage]) -> pl.DataFrame:
    items = [item for page in pages for item in page.segments]
    ends = [end for page in pages for end in accumulate(len(item.raw_text) for item in page.segments)]
    columns: dict[str, list[object]] = {
        "article_id": [article_id for article_id, page in zip(ids, pages, strict=True) for _ in page.segments],
        "segment_no": [number for page in pages for number in range(len(page.segments))],
        "raw_start": [end - len(item.raw_text) for end, item in zip(ends, items, strict=True)],
        "raw_end": [*ends],
    }
    columns |= {item.name: list(map(attrgetter(item.name), items)) for item in fields(Segment)}
    return pl.DataFrame(columns, {name: schema.SEGMENTS[name] for name in columns})


def _add_patterns(segments: pl.DataFrame) -> pl.DataFrame:
    """SEGMENTS: what templates are learned from and looked up by, worked out once for all lines that are the same."""
    texts = segments.select(pl.col("raw_text").unique()).filter(pl.col("raw_text").str.contains(VISIBLE_IN_POLARS))
    patterns = texts.with_columns(pattern=pl.Series([mask_line(text) for text in texts["raw_text"]], dtype=pl.String))
    return schema.conform(segments.join(patterns, on="raw_text", how="left", maintain_order="left"), schema.SEGMENTS)


def _line_frame(documents: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """LINES: each pattern of a page, as it stands there first."""
    row, prose_row = pl.col("row"), pl.col("row").filter("is_prose")
    first, last = prose_row.min().over("article_id"), prose_row.max().over("article_id")
    lines = (
        segments.filter(pl.col("pattern").is_not_null())
        .with_row_index("row")
        .with_columns(is_prose=prose_expression(pl.col("raw_text")))
        .with_columns(zone=pl.when(row > last).then(pl.lit("tail")).when(row >= first).then(pl.lit("inside")))
        .unique(["article_id", "pattern"], keep="first", maintain_order=True)
        .join(documents.select("article_id", "site"), on="article_id", how="left", maintain_order="left")
        .with_columns(pl.col("zone").fill_null("head"))
    )
    return schema.conform(lines, schema.LINES)


def prose_expression(text: pl.Expr) -> pl.Expr:
    """Whether a line is long enough to be a paragraph: 80 letters, or a sentence of 12 words."""
    start = text.str.slice(0, _PROSE_START)
    letters = start.str.len_chars() - start.str.count_matches(_NO_LETTER)
    words = text.str.count_matches(f"[^{SPACE_IN_POLARS}]+")
    return (letters >= _PROSE_LETTERS) | (text.str.contains(_SENTENCE_END) & (words >= _PROSE_WORDS))
