"""Splits a kept line: datelines and key phrases off its start, credits off its end, pointers out of its middle."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from flows.labelling.headlines import LONGEST_STANDFIRST
from flows.labelling.lines import INDIC, Line, Piece
from flows.rulebook import Hit
from flows.text.cues import RawOffsets, find_raw_end, find_raw_start

_SEPARATORS: Final = " :।.|-–—,;/"
#: Removed lines that hold another role at their end, and the zone of the rules for it.
_SPLIT_ROLES: Final = ("caption", "byline")
#: Of more different pointers in one line only the longest are cut out: each is looked for in the whole line.
MOST_INLINE: Final = 200
#: A place that a dateline names is looked for in so many lines on either side.
MOST_AROUND: Final = 500
_LOCATIVES: Final = ("में", "जिल", "शहर", "थाना", "पुलिस", "नगर", "क्षेत्र", "ब्लॉक", "प्रखंड", "के ")
_SAYS: Final = re.compile(r"(?:कहा|बताया|लिखा|बोले|बोली|पूछा|कहना है|के अनुसार|के मुताबिक)\W*$")


def cut_lines(lines: list[Line]) -> None:
    """The pieces of every line that is kept, and the section name before a headline."""
    runs_in = _runs_in(lines)
    openers = [at for at, line in enumerate(lines) if line.is_kept and line.is_prose][:2]
    tag_words = {word for line in lines for hit in line.inline if _is_tag(hit) for word in _latin_words(hit.text)}
    for at, line in enumerate(lines):
        if not line.is_kept and line.role != "title":
            continue
        if line.hits or line.inline or line.skip:
            start = _cut_start(lines, at, runs_in, openers)
            if line.role != "title":
                _cut_inline(line, start, _cut_end(line, start), tag_words)
                line.pieces.sort(key=lambda piece: piece.start)


def split_removed(lines: list[Line]) -> None:
    """The photo credit behind a caption, the date behind an author's name."""
    for line in lines:
        if line.role in _SPLIT_ROLES and not line.pieces:
            _cut_end(line, 0)


def _runs_in(lines: list[Line]) -> bool:
    """Whether headings run into their paragraphs on this page: twice or more, and not where somebody speaks."""
    return sum(bool(line.skip) and line.is_kept and not _SAYS.search(line.text[: line.skip]) for line in lines) >= 2


def _cut_start(lines: list[Line], at: int, runs_in: bool, openers: list[int]) -> int:
    """Pieces at the start; gives the raw offset at which the text begins."""
    line = lines[at]
    folded = raw = 0
    if runs_in and line.skip and line.role != "title":
        why = "a heading that runs into its paragraph, as elsewhere here"
        folded, raw = line.skip, _take(line, 0, line.skip, 0, "subhead", "subhead.run_in", why)
    while hit := _start_hit(lines, at, folded, openers):
        raw = _take(line, folded, folded + hit.size, raw, hit.rule.role, hit.rule.id, hit.rule.why)
        folded += hit.size
    return raw


def _take(line: Line, begin: int, end: int, raw_begin: int, role: str, rule: str, why: str) -> int:
    """A piece with its role, and what parts it from the text as `other`; folded offsets in, the raw end out."""
    piece = line.text[begin:end]
    tight_end = find_raw_end(line.raw, begin + len(piece.rstrip(_SEPARATORS)))
    raw_end = find_raw_end(line.raw, begin + len(piece.rstrip()))
    while raw_end < len(line.raw) and line.raw[raw_end].isspace():
        raw_end += 1
    line.pieces.append(Piece(raw_begin, tight_end, role, rule, why))
    if raw_end > tight_end:
        line.pieces.append(Piece(tight_end, raw_end, "other", f"{rule}.separator", "parts it from the text"))
    return raw_end


def _start_hit(lines: list[Line], at: int, folded: int, openers: list[int]) -> Hit | None:
    """The first start rule that may cut here; what is left must be text."""
    line = lines[at]
    for hit in line.hits:
        rule = hit.rule
        if rule.where != "start" or hit.at != folded or line.joins or folded + hit.size >= line.size:
            continue
        if (rule.zone == "heading") == line.is_prose:
            continue
        if rule.zone in ("lead", "first") and not line.pieces and not _leads(lines, at, rule.zone, openers):
            continue
        if rule.role == "seo_tag" and not INDIC.match(line.text[folded + hit.size :]):
            continue
        if rule.named_again and not _is_named_again(lines[max(0, at - MOST_AROUND) : at + MOST_AROUND], hit):
            continue
        return hit
    return None


def _leads(lines: list[Line], at: int, zone: str, openers: list[int]) -> bool:
    """Whether a paragraph opens the text (first) or follows a heading (lead); a summary above it does not count.

    `openers` are the first two paragraphs of the page.
    """
    before = [lines[opener] for opener in openers if opener < at]
    if not before:
        return True
    above = lines[at - 1]
    if above.role in ("title", "dateline", "byline"):
        return True
    if len(before) == 1 and before[0].size <= LONGEST_STANDFIRST:
        return any(line.role == "title" for line in lines[:at]) and not _opens_list(lines[at + 1 : at + 2])
    return zone == "lead" and above.is_kept and not above.is_prose


def _opens_list(following: list[Line]) -> bool:
    """Whether the next paragraph begins with a place, too: "पटना: …", "लखनऊ: …" are items, not datelines."""
    return any(
        line.is_prose and hit.rule.role == "dateline" and hit.rule.where == "start" and not hit.at
        for line in following
        for hit in line.hits
    )


def _is_named_again(lines: list[Line], hit: Hit) -> bool:
    """A bracket places the word, or the text goes on to speak of what happened there."""
    if "(" in hit.text:
        return True
    word = hit.text.strip(_SEPARATORS)
    cases = [f"{word} {case}" for case in _LOCATIVES]
    return any(case in line.text for line in lines if word in line.text for case in cases)


def _cut_end(line: Line, start: int) -> int:
    """The piece at the end; gives the raw offset at which the text ends."""
    zone = line.role if line.role in _SPLIT_ROLES else "any"
    found = [hit for hit in line.hits if hit.rule.where == "end" and hit.rule.zone == zone]
    if not found:
        return len(line.raw)
    hit = max(found, key=lambda hit: hit.size)
    raw_start = find_raw_start(line.raw, hit.size)
    if raw_start <= start:
        return len(line.raw)
    line.pieces.append(Piece(raw_start, len(line.raw), hit.rule.role, hit.rule.id, hit.rule.why))
    return raw_start


def _is_tag(hit: Hit) -> bool:
    return hit.rule.role == "seo_tag" and hit.rule.zone == "any"


def _latin_words(text: str) -> list[str]:
    return re.findall("[A-Za-z]{3,}", text)


def _cut_inline(line: Line, start: int, end: int, tag_words: set[str]) -> None:
    """Pieces between the two offsets, the longest first where two overlap."""
    if not line.inline:
        return
    offsets = RawOffsets(line.raw)
    taken: list[tuple[int, int]] = []  # in order
    is_indic = INDIC.search(line.text) is not None
    hits = {(hit.text, hit.rule.id): hit for hit in line.inline}.values()
    for hit in sorted(hits, key=lambda hit: -hit.size)[:MOST_INLINE]:
        if hit.rule.role == "seo_tag" and not is_indic:
            continue
        if hit.rule.zone == "tagged" and not tag_words.intersection(_latin_words(hit.text)):
            continue
        for match in re.finditer(re.escape(hit.text), offsets.folded):
            begin, stop = offsets.start(match.start()), offsets.end(match.end())
            at = bisect_left(taken, (begin, stop))
            is_free = (not at or taken[at - 1][1] <= begin) and (at == len(taken) or stop <= taken[at][0])
            if begin >= start and stop <= end and is_free:
                taken.insert(at, (begin, stop))
                line.pieces.append(Piece(begin, stop, hit.rule.role, hit.rule.id, hit.rule.why))
