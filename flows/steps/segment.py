"""Cuts documents into segments with raw offsets: lines of a text, blocks of a web page."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import accumulate

import polars as pl

from flows import schema
from flows.text.characters import has_mark_flood, is_blank
from flows.text.extraction import NOTHING, Extraction, extract_page, restore_marks
from flows.text.html import SILENT, Evidence, HtmlBlock, page_blocks, page_evidence, parse_page
from flows.text.lines import find_wrapped, is_prose, mask_line, split_lines


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
    ids = documents["article_id"].to_list()
    sites = documents["site"].to_list()
    return Segmented(
        pages=_page_frame(documents, pages),
        segments=_segment_frame(ids, pages),
        lines=_line_frame(ids, sites, pages),
    )


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
    columns |= {name: [getattr(item, name) for item in items] for name in schema.SEGMENTS if name not in columns}
    return pl.DataFrame(columns, schema.SEGMENTS)


def _line_frame(ids: list[str], sites: list[str | None], pages: list[SegmentedPage]) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    for article_id, site, page in zip(ids, sites, pages, strict=True):
        rows += [(article_id, site, *line) for line in _page_lines([item.raw_text for item in page.segments])]
    return pl.DataFrame(rows, schema.LINES, orient="row")


def _page_lines(texts: list[str]) -> list[tuple[str, bool, str]]:
    """Pattern, is_prose and zone of each distinct line of a page."""
    visible = [text for text in texts if not is_blank(text)]
    prose = [is_prose(text) for text in visible]
    first = prose.index(True) if True in prose else len(visible)
    last = len(visible) - 1 - prose[::-1].index(True) if True in prose else len(visible)
    lines: dict[str, tuple[str, bool, str]] = {}
    for at, text in enumerate(visible):
        pattern = mask_line(text)
        zone = "head" if at < first else "inside" if at <= last else "tail"
        lines.setdefault(pattern, (pattern, prose[at], zone))
    return list(lines.values())
