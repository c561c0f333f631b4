"""Gives every span of a page a role: title, text, or a kind of boilerplate, with the rule and the evidence for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import polars as pl
from rapidfuzz import fuzz

from flows import schema
from flows.rulebook import KEPT_ROLES, REACH, Hit, Hits, Rule, Rulebook, find_hits, find_inline_hits
from flows.text.cues import FOLDED, find_raw_end, find_raw_start, fold
from flows.text.lines import mask_line

#: Folded characters from which a line is a paragraph: with the stop of a sentence, and without.
PROSE_WITH_STOP: Final = 60
PROSE_WITHOUT_STOP: Final = 170
#: A list of other articles ends where a paragraph of this length stands; teasers are shorter.
CLOSING_PROSE: Final = 200
#: A bio is short, and the article above it is not.
LONGEST_BIO: Final = 420
#: A summary between headline and dateline is no longer than this.
LONGEST_STANDFIRST: Final = 450
#: Two lines are the same headline from this likeness on (0 to 100).
SAME_TITLE: Final = 88.0

_SENTENCE_END: Final = r"""[।.|]['")\]} ]*$"""
_ELLIPSIS: Final = r"""(?:\.\.|…)['")\]} ]*$"""
#: A heading, a colon between spaces, and the paragraph: what stands before the paragraph.
_RUN_IN: Final = r"""^([^।.?!"':|]{8,90} :\s)"""
_DEVANAGARI: Final = re.compile("[\u0900-\u097f]")
_INDIC: Final = re.compile("[\u0900-\u0dff]")
_LATIN: Final = re.compile("[A-Za-z]")
_SEPARATORS: Final = " :।.|-–—,;/"
_NO_HITS: Final[list[Hit]] = []
_LOCATIVES: Final = ("में", "जिल", "शहर", "थाना", "पुलिस", "नगर", "क्षेत्र", "ब्लॉक", "प्रखंड", "के ")
_SAYS: Final = re.compile("(?:कहा|बताया|लिखा|बोले|बोली|पूछा|कहना है|के अनुसार|के मुताबिक)\\W*$")
#: Roles that a rule can give to text by mistake: sections that swallow, sentences that ask.
_DOUBTFUL: Final = frozenset(
    {"related", "also_read", "promo", "comment", "keywords", "author_bio", "other", "site_header"}
)
_DATELINES: Final = frozenset({"dateline", "byline"})


@dataclass(slots=True)
class Piece:
    """A span of a line that has a role of its own; offsets are code points of the line's raw text."""

    start: int
    end: int
    role: str
    rule: str
    evidence: str


@dataclass(slots=True)
class Line:
    """A segment that is not blank, as far as its role is settled. An empty role is open."""

    raw: str
    text: str  # folded, its first REACH characters
    size: int  # folded, whole
    is_sentence: bool
    joins: bool  # continues the paragraph of the line before
    follows_blank: bool
    skip: int  # folded length of what may be a run-in heading
    hits: list[Hit]
    inline: list[Hit]
    template: str = ""  # the role of an accepted template of the site
    is_prose: bool = False
    role: str = ""
    rule: str = ""
    evidence: str = ""
    pieces: list[Piece] = field(default_factory=list)

    def settle(self, role: str, rule: str, evidence: str) -> None:
        self.role, self.rule, self.evidence = role, rule, evidence

    def whole_hit(self, where: str) -> Hit | None:
        """The first rule of this kind that matched."""
        return next((hit for hit in self.hits if hit.rule.where == where), None)

    @property
    def is_open(self) -> bool:
        return not self.role

    @property
    def is_kept(self) -> bool:
        return self.role in KEPT_ROLES or not self.role


def label(segments: pl.DataFrame, pages: pl.DataFrame, templates: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """BLOCKS of SEGMENTS: each with its role, rule and evidence; paragraph_no is null."""
    segments = segments.with_row_index("row")
    facts = _fold(segments)
    hits = find_hits(facts, rulebook)
    inline = find_inline_hits(_with_brackets(segments), rulebook)
    accepted = _accepted_templates(segments, pages, templates)
    rows = segments.select("article_id", "segment_no", "raw_start", "raw_text", "joins_previous").rows()
    lines = _lines(rows, facts, hits, inline, accepted)
    blocks = _Blocks()
    for first, last in _spans([row[0] for row in rows]):
        settle_text([line for line in lines[first:last] if line is not None])
        for at in range(first, last):
            blocks.add(rows[at], lines[at])
    return blocks.frame()


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fold(segments: pl.DataFrame) -> pl.DataFrame:
    """row, head, tail, size, is_sentence of every segment, blank ones included (their size is 0)."""
    raw = pl.col("raw_text")
    return (
        segments.select(
            "row",
            head=fold_expression(raw.str.slice(0, 2 * REACH)).str.slice(0, REACH),
            tail=fold_expression(raw.str.tail(REACH)),
            raw_size=raw.str.len_chars(),
        )
        .with_columns(
            size=pl.when(pl.col("raw_size") <= 2 * REACH)
            .then(pl.col("head").str.len_chars())
            .otherwise("raw_size")
            .cast(pl.Int64),
            is_sentence=pl.col("tail").str.contains(_SENTENCE_END) & ~pl.col("tail").str.contains(_ELLIPSIS),
        )
        .with_columns(
            skip=pl.when(pl.col("size") > PROSE_WITHOUT_STOP)
            .then(pl.col("head").str.extract(_RUN_IN, 1).str.len_chars())
            .otherwise(0)
            .fill_null(0)
        )
        .drop("raw_size")
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


def _with_brackets(segments: pl.DataFrame) -> pl.DataFrame:
    """The lines that have a bracket, folded whole: only there do inline rules look."""
    found = segments.filter(pl.col("raw_text").str.contains(r"[(\[]"))
    return found.select("row", text=fold_expression(pl.col("raw_text")))


def _accepted_templates(segments: pl.DataFrame, pages: pl.DataFrame, templates: pl.DataFrame) -> dict[int, str]:
    """The role of each line, by row, that is an accepted template of its site."""
    if templates.is_empty():
        return {}
    sites = pages.select("article_id", "site").join(templates.select("site").unique(), on="site")
    known = segments.select("row", "article_id", "raw_text").join(sites, on="article_id")
    texts = known.select("raw_text").unique()
    patterns = texts.with_columns(pattern=pl.Series([mask_line(text) for text in texts["raw_text"]], dtype=pl.String))
    found = known.join(patterns, on="raw_text").join(templates, on=["site", "pattern"])
    return dict(found.sort("row", "role").select("row", "role").iter_rows())


Row = tuple[str, int, int, str, bool]


def _lines(
    rows: list[Row], facts: pl.DataFrame, hits: Hits, inline: Hits, accepted: dict[int, str]
) -> list[Line | None]:
    """A line for each segment, None for a blank one."""
    lines: list[Line | None] = []
    is_after_blank = True
    for row, head, size, is_sentence, skip in facts.select("row", "head", "size", "is_sentence", "skip").iter_rows():
        if not size:
            lines.append(None)
            is_after_blank = True
            continue
        line = Line(
            rows[row][3],
            head,
            size,
            is_sentence,
            rows[row][4],
            is_after_blank,
            skip,
            hits.get(row, _NO_HITS),
            inline.get(row, _NO_HITS),
            accepted.get(row, ""),
        )
        lines.append(line)
        is_after_blank = False
    return lines


def _spans(ids: list[str]) -> Iterator[tuple[int, int]]:
    """First and last row of each page; the segments of a page stand together."""
    first = 0
    for at in range(1, len(ids) + 1):
        if at == len(ids) or ids[at] != ids[first]:
            yield first, at
            first = at


# ── a page of lines ──────────────────────────────────────────────────────────────────────────────────────────────────


def settle_text(lines: list[Line]) -> None:
    """Gives every line of a page its role, from what rules found and from where the line stands."""
    if not lines:
        return
    mark_prose(lines)
    settle_templates(lines)
    settle_sections(lines)
    settle_whole_lines(lines)
    settle_title(lines)
    settle_later_titles(lines)
    settle_bios(lines)
    settle_rest(lines)
    keep_something(lines)
    for at, line in enumerate(lines):
        if line.is_kept or line.role == "title":
            cut(lines, at)


def mark_prose(lines: list[Line]) -> None:
    """Tells paragraphs from headings, names and the like: by length and by the stop at the end."""
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and lines[end].joins:
            end += 1
        size = sum(line.size for line in lines[at:end])
        is_prose = size >= PROSE_WITHOUT_STOP or (size >= PROSE_WITH_STOP and lines[end - 1].is_sentence)
        for line in lines[at:end]:
            line.is_prose = is_prose and not (end == at + 1 and _is_boilerplate(line))
        at = end


def _is_boilerplate(line: Line) -> bool:
    """Whether a whole-line rule that holds everywhere matched, so that the line is no evidence of an article."""
    return any(hit.rule.where == "line" and hit.rule.zone == "any" for hit in line.hits)


def settle_templates(lines: list[Line]) -> None:
    """What recurs on the pages of a site goes, unless it is the only paragraph."""
    prose = [line for line in lines if line.is_prose and not line.template]
    for line in lines:
        if line.template and (prose or not line.is_prose):
            hit = line.whole_hit("line")
            role = hit.rule.role if hit else line.template
            line.settle(role, "template", "the line recurs on pages of this site")


def settle_sections(lines: list[Line]) -> None:
    """A line such as Related posts takes what follows with it, until a paragraph comes back."""
    first, last = _prose_range(lines)
    opened: Rule | None = None
    left = 0  # lines that an opener still takes at most; -1: no limit
    for at, line in enumerate(lines):
        if not line.is_open:
            continue
        hit = line.whole_hit("opens")
        if hit and _is_in_zone(lines, at, hit.rule.zone, first, last):
            line.settle(hit.rule.role, hit.rule.id, hit.rule.why)
            in_text = first < at < last
            opened = hit.rule if at > first else None
            left = 1 if hit.rule.reach == "next" and in_text else -1
        elif opened is not None and left and not _closes(lines, at, opened):
            own = line.whole_hit("line")
            role = "comment" if opened.role == "comment_prompt" else opened.role
            if own and own.rule.zone == "any":
                line.settle(own.rule.role, own.rule.id, own.rule.why)
            else:
                line.settle(role, f"section.{role}", f"below the line of {opened.id}")
            left -= 1
        elif opened is not None:
            if left:
                _reopen(lines, at)
            opened = None


def _closes(lines: list[Line], at: int, opened: Rule) -> bool:
    """Whether the text comes back here: a long paragraph, or the first one of another article."""
    line = lines[at]
    if not line.is_prose:
        return False
    if any(hit.rule.role in _DATELINES and hit.rule.zone == "any" for hit in line.hits):
        return True
    enough = CLOSING_PROSE if opened.role == "comment_prompt" else CLOSING_PROSE // 2
    return line.size >= enough and line.is_sentence


def _reopen(lines: list[Line], at: int) -> None:
    """The line above the paragraph that closed a section may be its heading: it is not lost."""
    before = lines[at - 1]
    if (
        before.rule.startswith("section.")
        and not before.is_prose
        and at >= 2
        and lines[at - 2].rule.startswith("section.")
    ):
        before.settle("", "", "")


def settle_whole_lines(lines: list[Line]) -> None:
    """The first whole-line rule that may touch a line where it stands takes it."""
    first, last = _prose_range(lines)
    for at, line in enumerate(lines):
        if line.is_open and not line.joins and not (at + 1 < len(lines) and lines[at + 1].joins):
            for hit in line.hits:
                if hit.rule.where == "line" and _is_in_zone(lines, at, hit.rule.zone, first, last):
                    line.settle(hit.rule.role, hit.rule.id, hit.rule.why)
                    break


def _prose_range(lines: list[Line]) -> tuple[int, int]:
    """The first and the last paragraph; behind the end, where there is none."""
    prose = [at for at, line in enumerate(lines) if line.is_prose and line.is_open]
    return (prose[0], prose[-1]) if prose else (len(lines), len(lines))


def _is_in_zone(lines: list[Line], at: int, zone: str, first: int, last: int) -> bool:
    is_head, is_tail = at < first, at > last
    above_prose = at + 1 < len(lines) and lines[at + 1].is_prose
    below_prose = at > 0 and lines[at - 1].is_prose
    if zone == "head":
        return is_head
    if zone == "tail":
        return is_tail
    if zone == "edge":
        return is_head or is_tail or (above_prose and not below_prose)
    if zone == "loose":
        return is_head or is_tail or not above_prose
    if zone == "before_prose":
        return above_prose and (is_head or not below_prose or (at > 1 and not lines[at - 2].is_prose))
    return True


# ── headlines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def settle_title(lines: list[Line]) -> None:
    """The headline is the first line above the text that reads like one; what else stands there is sorted around it."""
    first, _ = _prose_range(lines)
    head = [line for line in lines[:first] if line.is_open]
    title = _pick_title(head)
    if title is None:
        return
    is_hindi = any(_DEVANAGARI.search(line.text) for line in lines[first : first + 3])
    is_before = True
    for line in head:
        if line is title:
            line.settle("title", "title.first", "the first headline above the text")
            is_before = False
        elif is_before:
            role = "kicker" if _DEVANAGARI.search(line.text) or not is_hindi else "site_header"
            line.settle(role, "title.above", "a short line above the headline")
        elif not _is_same_title(title.text, line.text):
            line.settle("standfirst", "", "between headline and text")
    for line in lines:
        if line is not title and line.is_kept and not line.is_prose and _is_same_title(title.text, line.text):
            line.settle("title", "title.repeats", "repeats the headline")


def _pick_title(head: list[Line]) -> Line | None:
    """Three words or more; Devanagari before Latin, unless there is only one line to choose from."""
    long = [line for line in head if line.text.count(" ") >= 2 and not line.text.startswith(("-", "*", "•"))]
    candidates = [line for line in long if _INDIC.search(line.text)] or long or head[-1:]
    return candidates[0] if candidates else None


def _is_same_title(title: str, other: str) -> bool:
    """Whether a line is the headline again: the same words, or one is how the other begins."""
    if abs(len(title) - len(other)) <= max(6, len(title) // 6):
        return fuzz.ratio(title, other) >= SAME_TITLE
    short, long = sorted((title, other), key=len)
    return len(short) >= 20 and long.startswith(short.rstrip(" .…"))


def settle_later_titles(lines: list[Line]) -> None:
    """In a file of several articles a headline is what stands above a dateline, a byline or a section name."""
    for line, following in pairwise(lines):
        if not (line.is_kept and not line.is_prose and not line.is_sentence and line.size >= 15) or line.joins:
            continue
        is_kicked = any(hit.rule.zone == "heading" for hit in line.hits)
        is_dated = following.role in _DATELINES or any(
            hit.rule.role in _DATELINES and hit.rule.zone == "any" and hit.rule.where == "start"
            for hit in following.hits
        )
        if is_kicked or (is_dated and following.is_kept is (following.role == "")):
            line.settle("title", "title.next_article", "a headline above the dateline of another article")


# ── names and bios ───────────────────────────────────────────────────────────────────────────────────────────────────


def settle_bios(lines: list[Line]) -> None:
    """Below the article, By NAME is followed by a few lines about the author."""
    above = 0
    for at, line in enumerate(lines):
        if line.role == "byline" and above >= CLOSING_PROSE:
            rest = [other for other in lines[at + 1 :] if other.is_open]
            if 0 < len(rest) <= 3 and all(other.size <= LONGEST_BIO for other in rest):
                for other in rest:
                    other.settle("author_bio", "section.bio", "below the author's name, behind the article")
        if line.is_open and line.is_prose:
            above += line.size


# ── what is left ─────────────────────────────────────────────────────────────────────────────────────────────────────


def settle_rest(lines: list[Line]) -> None:
    """What no rule took is kept: paragraphs and lists as body, lines above a paragraph as subheads."""
    first, last = _prose_range(lines)
    for at, line in enumerate(lines):
        if not line.is_open:
            continue
        if line.is_prose:
            line.settle("body", "", "a paragraph")
        elif (
            _is_heading(line) and any(other.is_prose or other.is_kept for other in lines[at + 1 : at + 2]) and at < last
        ):
            line.settle("subhead", "", "a short line above a paragraph")
        else:
            line.settle("body", "", "no rule speaks against it")


def _is_heading(line: Line) -> bool:
    return line.size <= 120 and not line.is_sentence and not line.joins and line.text[0] not in "-*•>+#|"


def keep_something(lines: list[Line]) -> None:
    """Where rules would leave nothing, the longest paragraph stays: a page without any has no article."""
    if any(line.is_kept for line in lines):
        return
    prose = [line for line in lines if line.size >= PROSE_WITH_STOP and line.is_sentence and line.role in _DOUBTFUL]
    if prose:
        line = max(prose, key=lambda line: line.size)
        line.settle("body", "", f"kept though {line.rule} speaks against it: nothing else would be left")


# ── pieces of a line ─────────────────────────────────────────────────────────────────────────────────────────────────


def cut(lines: list[Line], at: int) -> None:
    """Splits datelines, names and key phrases off the start of a line, credits off its end, pointers out of its middle."""
    line = lines[at]
    start = _cut_start(lines, at)
    end = len(line.raw)
    if line.role != "title":
        end = _cut_end(line, start)
        _cut_inline(line, start, end)
    line.pieces.sort(key=lambda piece: piece.start)


def _cut_start(lines: list[Line], at: int) -> int:
    """Pieces at the start; gives the raw offset at which the text begins."""
    line = lines[at]
    folded = raw = 0
    if line.skip and _runs_in(lines):
        raw = _take(
            line,
            0,
            line.skip,
            0,
            "subhead",
            "subhead.run_in",
            "a heading that runs into its paragraph, as elsewhere here",
        )
        folded = line.skip
    while hit := _start_hit(lines, at, folded):
        raw = _take(line, folded, folded + hit.size, raw, hit.rule.role, hit.rule.id, hit.rule.why)
        folded += hit.size
    return raw


def _take(line: Line, begin: int, end: int, raw_begin: int, role: str, rule: str, why: str) -> int:
    """A piece with its role, and what parts it from the text as `other`; folded offsets in, the raw end out."""
    tight = line.text[begin:end].rstrip(_SEPARATORS)
    tight_end = find_raw_end(line.raw, begin + len(tight))
    raw_end = find_raw_end(line.raw, begin + len(line.text[begin:end].rstrip()))
    while raw_end < len(line.raw) and line.raw[raw_end].isspace():
        raw_end += 1
    line.pieces.append(Piece(raw_begin, tight_end, role, rule, why))
    if raw_end > tight_end:
        line.pieces.append(Piece(tight_end, raw_end, "other", f"{rule}.separator", "parts it from the text"))
    return raw_end


def _start_hit(lines: list[Line], at: int, folded: int) -> Hit | None:
    """The first start rule that may cut here; what is left must be text."""
    line = lines[at]
    for hit in line.hits:
        rule = hit.rule
        if rule.where != "start" or hit.at != folded or line.joins or folded + hit.size >= line.size:
            continue
        if (rule.zone == "heading") != (not line.is_prose):
            continue
        if rule.zone in ("lead", "first") and not line.pieces and not _leads(lines, at, rule.zone):
            continue
        if rule.named_again and not _is_named_again(lines, hit):
            continue
        return hit
    return None


def _leads(lines: list[Line], at: int, zone: str) -> bool:
    """Whether a paragraph opens the text (first), or also follows a heading (lead)."""
    before = [line for line in lines[:at] if line.is_kept]
    prose = [line for line in before if line.is_prose]
    if not prose or (len(prose) == 1 and prose[0].size <= LONGEST_STANDFIRST and _has_title_above(lines, prose[0])):
        return True
    above = lines[at - 1]
    return above.role == "title" if zone == "first" else not above.is_prose and above.is_kept or above.role == "title"


def _has_title_above(lines: list[Line], line: Line) -> bool:
    at = next(at for at, other in enumerate(lines) if other is line)
    return any(other.role == "title" for other in lines[:at])


def _is_named_again(lines: list[Line], hit: Hit) -> bool:
    """A bracket places the word, or the text goes on to speak of what happened there."""
    if "(" in hit.text:
        return True
    word = hit.text.strip(_SEPARATORS)
    return any(
        f"{word} {case}" in line.text[hit.size * (line.text.startswith(hit.text)) :]
        for line in lines
        for case in _LOCATIVES
    )


def _runs_in(lines: list[Line]) -> bool:
    """Whether headings run into their paragraphs on this page: twice or more, and not where somebody speaks."""
    return sum(1 for line in lines if line.skip and line.is_kept and not _SAYS.search(line.text[: line.skip])) >= 2


def _cut_end(line: Line, start: int) -> int:
    """The piece at the end; gives the raw offset at which the text ends."""
    found = [
        hit
        for hit in line.hits
        if hit.rule.where == "end" and (hit.rule.sentences or not line.is_sentence or hit.text[-1:] in ")].।")
    ]
    if not found:
        return len(line.raw)
    hit = max(found, key=lambda hit: hit.size)
    raw_start = find_raw_start(line.raw, hit.size)
    if raw_start <= start:
        return len(line.raw)
    line.pieces.append(Piece(raw_start, len(line.raw), hit.rule.role, hit.rule.id, hit.rule.why))
    return raw_start


def _cut_inline(line: Line, start: int, end: int) -> None:
    found = line.inline + _related_phrases(line)
    if not found:
        return
    folded = fold(line.raw)
    taken: list[tuple[int, int]] = []
    for hit in sorted(found, key=lambda hit: -hit.size):
        for match in re.finditer(re.escape(hit.text), folded):
            begin, stop = _raw_at(line.raw, folded, match.start()), find_raw_end(line.raw, match.end())
            if begin >= start and stop <= end and all(stop <= a or begin >= b for a, b in taken):
                taken.append((begin, stop))
                line.pieces.append(Piece(begin, stop, hit.rule.role, hit.rule.id, hit.rule.why))


def _raw_at(raw: str, folded: str, offset: int) -> int:
    """The raw offset at which the folded character at `offset` begins."""
    at = find_raw_end(raw, len(folded[:offset].rstrip()))
    while at < len(raw) and raw[at].isspace():
        at += 1
    return at


def _related_phrases(line: Line) -> list[Hit]:
    return []


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Blocks:
    """Collects blocks, column by column."""

    def __init__(self) -> None:
        self.columns: dict[str, list[object]] = {name: [] for name in schema.BLOCKS if name not in ("paragraph_no",)}
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
        columns = self.columns
        columns["article_id"].append(article_id)
        columns["block_no"].append(self._number)
        columns["segment_no"].append(segment_no)
        columns["joins_previous"].append(joins)
        columns["raw_start"].append(raw_start + start)
        columns["raw_end"].append(raw_start + end)
        columns["raw_text"].append(raw[start:end] if end - start < len(raw) else raw)
        columns["role"].append(role)
        columns["is_kept"].append(role in KEPT_ROLES)
        columns["rule_id"].append(rule)
        columns["evidence"].append(evidence)
        self._number += 1

    def frame(self) -> pl.DataFrame:
        types = {name: kind for name, kind in schema.BLOCKS.items() if name in self.columns}
        frame = pl.DataFrame(self.columns, types)
        return schema.conform(frame.with_columns(paragraph_no=pl.lit(None, pl.Int32)), schema.BLOCKS)
