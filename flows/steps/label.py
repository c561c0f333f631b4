"""Gives every span of a page a role: title, text, or a kind of boilerplate, with the rule and the evidence for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from flows import schema
from flows.labelling.headlines import settle_bios, settle_later_titles, settle_standfirst, settle_title
from flows.labelling.html import settle_html
from flows.labelling.learned import LEAST_FURNITURE, believe_html, may_have_menus, settle_unlikely
from flows.labelling.lines import PROSE_WITH_STOP, PROSE_WITHOUT_STOP, Hints, Line, mark_prose, prose_range
from flows.labelling.model import BlockModels, html_chances, text_chances
from flows.labelling.pieces import cut_lines, split_removed
from flows.labelling.rows import Ints
from flows.labelling.sections import (
    keep_timeline,
    settle_sections,
    settle_stray_headlines,
    settle_templates,
    settle_whole_lines,
)
from flows.rulebook import KEPT_ROLES, REACH, Rulebook, find_css_hits, find_hits, find_inline_hits, name_boxes
from flows.text.characters import is_blank
from flows.text.cues import FOLDED, fold

_SENTENCE_END: Final = r"""[।.|。۔]['")\]} ]*$"""
_ELLIPSIS: Final = r"""(?:\.\.|…)['")\]} ]*$"""
#: A heading, a colon between spaces, and the paragraph: what stands before the paragraph.
_RUN_IN: Final = r"""^([^।.?!"':|]{8,90} :\s)"""
#: Roles that a rule can give to text by mistake: sections that swallow, sentences that ask.
_DOUBTFUL: Final = ("related", "also_read", "promo", "comment", "keywords", "author_bio", "other", "site_header")
_TITLES: Final = ("html_title", "og_title", "jsonld_title", "extracted_title")

#: Of SEGMENTS: article_id, segment_no, raw_start, raw_text, joins_previous.
Row = tuple[str, int, int, str, bool]


def label(
    segments: pl.DataFrame,
    pages: pl.DataFrame,
    templates: pl.DataFrame,
    rulebook: Rulebook,
    models: BlockModels | None = None,
) -> pl.DataFrame:
    """BLOCKS of SEGMENTS: each with its role, rule and evidence; paragraph_no is null. Without models rules decide."""
    segments = segments.with_row_index("row")
    rows: list[Row] = segments.select("article_id", "segment_no", "raw_start", "raw_text", "joins_previous").rows()
    lines = _read_lines(segments, pages, templates, rulebook)
    is_html = pl.col("tag").is_not_null()
    if models:
        html = segments.filter(is_html)
        _add_chances(lines, html, *html_chances(html, pages, models.html))
    titles = _page_titles(pages)
    known: list[PageLines] = []
    for first, last in _page_spans([row[0] for row in rows]):
        of_page = [line for line in lines[first:last] if line is not None]
        left = settle_known(of_page, titles.get(rows[first][0]))
        known.append(PageLines(first, last, of_page, left))
    if models:  # of most texts the rules know so many lines that there is nothing to ask
        asked = [row for page in known if may_have_menus(page.lines) for row in range(page.first, page.last)]
        texts = _with_menus(segments[asked].filter(~is_html))
        _add_chances(lines, texts, *text_chances(texts, models.text))
    blocks = _Blocks()
    for page in known:
        settle_page(page.lines, page.left)
        for at in range(page.first, page.last):
            blocks.add(rows[at], lines[at])
    return blocks.frame()


@dataclass(frozen=True)
class PageLines:
    """The rows of a page, its lines, and those of them that HTML left to the rules."""

    first: int
    last: int
    lines: list[Line]
    left: list[Line]


def settle_known(lines: list[Line], titles: list[str] | None = None) -> list[Line]:
    """Gives lines of a page the roles that rules found and that their places tell; those that HTML left to the rules.

    Titles are what HTML says its title is; None for a text.
    """
    mark_prose(lines)
    if titles is not None:
        believe_html(lines)
        settle_html(lines, titles)
    lines = [line for line in lines if line.is_kept or line.role == "title"]
    settle_sections(lines)
    settle_whole_lines(lines)
    keep_timeline(lines)
    settle_templates(lines)
    settle_title(lines)
    settle_later_titles(lines)
    settle_standfirst(lines)
    settle_bios(lines)
    settle_stray_headlines(lines)
    return lines


def settle_page(lines: list[Line], left: list[Line]) -> None:
    """Gives every line of a page its role, once the known ones have theirs."""
    settle_unlikely(lines)
    settle_rest(left)
    keep_something(left)
    cut_lines(left)
    split_removed(lines)


def settle_rest(lines: list[Line]) -> None:
    """What no rule took is kept: paragraphs and lists as body, headings above them as subheads."""
    _, last = prose_range(lines)
    for at, line in enumerate(lines):
        if not line.is_open:
            continue
        if line.is_prose:
            line.settle("body", "", "a paragraph")
        elif line.is_heading and at < min(last, len(lines) - 1) and lines[at + 1].is_kept:
            line.settle("subhead", "", "a short line above text")
        else:
            line.settle("body", "", "no rule speaks against it")


def keep_something(lines: list[Line]) -> None:
    """Where rules would leave nothing, the longest paragraph stays: a page without any has no article."""
    if any(line.is_kept for line in lines):
        return
    prose = [line for line in lines if line.size >= PROSE_WITH_STOP and line.is_sentence and line.role in _DOUBTFUL]
    if prose:
        line = max(prose, key=lambda line: line.size)
        line.settle("body", "", f"kept though {line.rule} speaks against it: nothing else would be left")


# ── frames to lines ──────────────────────────────────────────────────────────────────────────────────────────────────


def _read_lines(
    segments: pl.DataFrame, pages: pl.DataFrame, templates: pl.DataFrame, rulebook: Rulebook
) -> list[Line | None]:
    """A line for each segment, with the rules that match it; None for a blank one."""
    texts = _fold(segments.select(pl.col("raw_text").unique(maintain_order=True)).with_row_index("row"))  # many recur
    hits = find_hits(texts, rulebook)
    inline = find_inline_hits(_with_brackets(texts), rulebook)
    boxes = name_boxes(segments)
    css_hits = find_css_hits(boxes, rulebook)
    accepted = _accepted_templates(segments, pages, templates)
    columns = texts.select("raw_text", "row", "head", "size", "is_sentence", "skip").rows()
    facts = {raw: (*values, hits.get(row, []), inline.get(row, [])) for raw, row, *values in columns}
    lines: list[Line | None] = []
    for row, (raw, joins, names) in enumerate(segments.select("raw_text", "joins_previous", boxes).rows()):
        head, size, is_sentence, skip, of_words, inner = facts[raw]
        if size and not is_blank(raw):  # of a long text only the ends were folded
            own = of_words + css_hits[names] if names in css_hits else of_words
            lines.append(Line(raw, head, size, is_sentence, joins, skip, own, inner, accepted.get(row, "")))
        else:
            lines.append(None)
    _add_hints(lines, segments)
    return lines


def _fold(texts: pl.DataFrame) -> pl.DataFrame:
    """The texts with head and tail as rules see them, size, is_sentence and skip; the size of a blank one is 0."""
    raw, size = pl.col("raw_text"), pl.col("raw_text").str.len_chars()
    return (
        texts.with_columns(
            head=fold_expression(raw.str.slice(0, 2 * REACH)).str.slice(0, REACH),
            tail=fold_expression(raw.str.tail(REACH)),
        )
        .with_columns(
            size=pl.when(size <= 2 * REACH).then(pl.col("head").str.len_chars()).otherwise(size).cast(pl.Int64),
            is_sentence=pl.col("tail").str.contains(_SENTENCE_END) & ~pl.col("tail").str.contains(_ELLIPSIS),
        )
        .with_columns(
            skip=pl.when(pl.col("size") > PROSE_WITHOUT_STOP)
            .then(pl.col("head").str.extract(_RUN_IN, 1).str.len_chars().fill_null(0))
            .otherwise(0)
            .cast(pl.Int64)
        )
    )


def fold_expression(text: pl.Expr) -> pl.Expr:
    """The polars form of flows.text.cues.fold."""
    signs = {sign: other for sign, other in FOLDED.items() if sign != other}
    return (
        text.str.normalize("NFC")
        .str.replace_many(list(signs), list(signs.values()))
        .str.replace_all(" {2,}", " ")
        .str.strip_chars(" ")
    )


def _with_brackets(texts: pl.DataFrame) -> pl.DataFrame:
    """The texts that have a bracket, folded whole: only there do inline rules look."""
    found = texts.filter(pl.col("raw_text").str.contains(r"[(\[]"))
    return found.select("row", text=fold_expression(pl.col("raw_text")))


def _accepted_templates(segments: pl.DataFrame, pages: pl.DataFrame, templates: pl.DataFrame) -> dict[int, str]:
    """The role of each line, by row, that is an accepted template of its site."""
    if templates.is_empty():
        return {}
    sites = pages.select("article_id", "site").join(templates.select("site").unique(), on="site")
    known = segments.select("row", "article_id", "pattern").join(sites, on="article_id")
    found = known.join(templates, on=["site", "pattern"])
    return dict(found.sort("row", "role").select("row", "role").iter_rows())


def _add_hints(lines: list[Line | None], segments: pl.DataFrame) -> None:
    """What HTML says of its lines; a text's segments have no tag."""
    html = segments.filter(pl.col("tag").is_not_null())
    names = ("row", "tag", "css", "ancestors", "link_share", "is_hidden", "is_extracted")
    for row, tag, css, ancestors, share, is_hidden, is_extracted in html.select(names).iter_rows():
        if line := lines[row]:
            boxes = frozenset((ancestors or "").split())
            line.hints = Hints(tag, css or "", boxes, share or 0.0, bool(is_hidden), bool(is_extracted))


def _add_chances(lines: list[Line | None], segments: pl.DataFrame, index: Ints, chances: Ints) -> None:
    """What a block model says of the segments at the places of `index`."""
    for row, chance in zip(segments["row"].gather(index).to_list(), chances.tolist(), strict=True):
        if line := lines[row]:
            line.chance = chance


def _with_menus(text: pl.DataFrame) -> pl.DataFrame:
    """The texts with so many short lines that they may be whole pages; one broken at a column has no lines to judge."""
    size = pl.col("raw_text").str.strip_chars().str.len_chars()
    short = size.is_between(1, 2 * PROSE_WITHOUT_STOP).sum()
    judged = text.group_by("article_id").agg(short=short, is_wrapped=pl.col("joins_previous").any())
    judged = judged.filter(~pl.col("is_wrapped") & (pl.col("short") >= LEAST_FURNITURE))
    return text.join(judged, on="article_id", how="semi", maintain_order="left")


def _page_titles(pages: pl.DataFrame) -> dict[str, list[str]]:
    """What each HTML page says its title is, folded; a text is not among them."""
    html = pages.filter(pl.col("format") == "html")
    rows = html.select("article_id", *_TITLES).iter_rows()
    return {article_id: [fold(title) for title in titles if title] for article_id, *titles in rows}


def _page_spans(ids: list[str]) -> Iterator[tuple[int, int]]:
    """First and last row of each page; the segments of a page stand together."""
    first = 0
    for at in range(1, len(ids) + 1):
        if at == len(ids) or ids[at] != ids[first]:
            yield first, at
            first = at


# ── lines to blocks ──────────────────────────────────────────────────────────────────────────────────────────────────


class _Blocks:
    """Collects blocks as rows of BLOCKS."""

    def __init__(self) -> None:
        self._rows: list[tuple[object, ...]] = []
        self._article = ""
        self._number = 0

    def add(self, row: Row, line: Line | None) -> None:
        """The blocks of one segment."""
        article_id, _, _, raw, joins = row
        if article_id != self._article:
            self._article, self._number = article_id, 0
        if line is None:
            self._append(row, 0, len(raw), joins, "blank", "blank", "no letters")
            return
        at = 0
        for piece in line.pieces:
            if piece.start > at:
                self._append(row, at, piece.start, at > 0 or joins, line.role, line.rule, line.evidence)
            self._append(row, piece.start, piece.end, piece.start > 0 or joins, piece.role, piece.rule, piece.evidence)
            at = piece.end
        if at < len(raw):
            rest = raw[at:]
            if at and not rest.strip():
                self._append(row, at, len(raw), True, "blank", "blank", "no letters")
            else:
                self._append(row, at, len(raw), at > 0 or joins, line.role, line.rule, line.evidence)

    def _append(self, row: Row, start: int, end: int, joins: bool, role: str, rule: str, evidence: str) -> None:
        article_id, segment_no, raw_start, raw, _ = row
        text = raw[start:end] if end - start < len(raw) else raw
        place = (article_id, self._number, segment_no, joins, raw_start + start, raw_start + end)
        self._rows.append((*place, text, role, role in KEPT_ROLES, None, rule, evidence))
        self._number += 1

    def frame(self) -> pl.DataFrame:
        columns = zip(*self._rows, strict=True) if self._rows else [()] * len(schema.BLOCKS)
        return pl.DataFrame(dict(zip(schema.BLOCKS, columns, strict=True)), schema.BLOCKS)
